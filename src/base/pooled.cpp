#include "base/pooled.hpp"

#include <array>
#include <new>
#include <utility>

namespace weir {
namespace {

#if defined(__SANITIZE_ADDRESS__)
constexpr bool kKeeps = false;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
constexpr bool kKeeps = false;
#else
constexpr bool kKeeps = true;
#endif
#else
constexpr bool kKeeps = true;
#endif

// Sizes are rounded up to those that malloc has blocks of: glibc's end 8 bytes short of 16 n.
constexpr std::size_t kStep = 16;
constexpr std::size_t kSizes = 128;

constexpr std::size_t size_class(std::size_t bytes) noexcept { return (bytes + 7) / kStep; }
constexpr std::size_t rounded(std::size_t bytes) noexcept { return size_class(bytes) * kStep + 8; }
constexpr bool is_kept(std::size_t bytes) noexcept { return kKeeps && size_class(bytes) < kSizes; }

struct Free {
  Free* next;
};

// Trivially destructible: it can be asked until its thread has gone.
struct Kept {
  std::array<Free*, kSizes> first{};
  std::size_t bytes = 0;
  bool closed = false;  // the thread ends: nothing is kept any more
};
constinit thread_local Kept kept;

struct FreesAtThreadEnd {
  ~FreesAtThreadEnd() {
    kept.closed = true;
    for (Free*& first : kept.first) {
      while (first != nullptr) ::operator delete(std::exchange(first, first->next));
    }
  }
};

void* take(std::size_t bytes) {
  Free*& first = kept.first[size_class(bytes)];
  if (first == nullptr) return ::operator new(rounded(bytes));
  kept.bytes -= rounded(bytes);
  return std::exchange(first, first->next);
}

void put(void* memory, std::size_t bytes) noexcept {
  thread_local const FreesAtThreadEnd frees_at_thread_end;
  if (kept.closed || kept.bytes + rounded(bytes) > kPooledBytesMax) {
    return ::operator delete(memory);
  }
  kept.bytes += rounded(bytes);
  Free*& first = kept.first[size_class(bytes)];
  first = ::new (memory) Free{first};
}

}  // namespace

void* Pooled::operator new(std::size_t bytes) {
  return is_kept(bytes) ? take(bytes) : ::operator new(bytes);
}

void Pooled::operator delete(void* memory, std::size_t bytes) noexcept {
  if (is_kept(bytes)) return put(memory, bytes);
  ::operator delete(memory);
}

}  // namespace weir
