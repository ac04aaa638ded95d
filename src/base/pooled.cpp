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

constexpr std::size_t kStep = 64;  // sizes are rounded up to multiples of it
constexpr std::size_t kSizes = 32;

constexpr std::size_t size_class(std::size_t bytes) noexcept { return (bytes - 1) / kStep; }
constexpr std::size_t rounded(std::size_t bytes) noexcept {
  return (size_class(bytes) + 1) * kStep;
}
constexpr bool is_kept(std::size_t bytes) noexcept {
  return kKeeps && bytes > 0 && bytes <= kSizes * kStep;
}

struct Free {
  Free* next;
};

class Kept {
 public:
  Kept() = default;
  ~Kept() {
    for (Free* first : first_) {
      while (first != nullptr) ::operator delete(std::exchange(first, first->next));
    }
    bytes_ = kPooledBytesMax;  // what dies later in this thread is not kept any more
    first_ = {};
  }
  Kept(const Kept&) = delete;
  Kept& operator=(const Kept&) = delete;

  void* take(std::size_t bytes) {
    Free*& first = first_[size_class(bytes)];
    if (first == nullptr) return ::operator new(rounded(bytes));
    bytes_ -= rounded(bytes);
    return std::exchange(first, first->next);
  }

  void put(void* memory, std::size_t bytes) noexcept {
    if (bytes_ + rounded(bytes) > kPooledBytesMax) return ::operator delete(memory);
    bytes_ += rounded(bytes);
    Free*& first = first_[size_class(bytes)];
    first = ::new (memory) Free{first};
  }

 private:
  std::array<Free*, kSizes> first_{};
  std::size_t bytes_ = 0;
};

thread_local Kept kept;

}  // namespace

void* Pooled::operator new(std::size_t bytes) {
  return is_kept(bytes) ? kept.take(bytes) : ::operator new(bytes);
}

void Pooled::operator delete(void* memory, std::size_t bytes) noexcept {
  if (is_kept(bytes)) return kept.put(memory, bytes);
  ::operator delete(memory);
}

}  // namespace weir
