#include <cstdlib>
#include <new>

#include "fixture.hpp"

namespace weir::test {
namespace {
thread_local std::size_t count = 0;
}

std::size_t allocations() { return count; }

std::string dechunked(std::string_view text) {
  const std::string bad = "(bad chunks)";
  std::string body;
  for (;;) {
    const std::size_t line_end = text.find("\r\n");
    if (line_end == std::string_view::npos || line_end == 0) return bad;
    const std::size_t size = std::stoul(std::string(text.substr(0, line_end)), nullptr, 16);
    text.remove_prefix(line_end + 2);
    if (text.size() < size + 2 || text.substr(size, 2) != "\r\n") return bad;
    body += text.substr(0, size);
    text.remove_prefix(size + 2);
    if (size == 0) return text.empty() ? body : bad;
  }
}

}  // namespace weir::test

// These count, and otherwise do what the usual ones do. All together: a sanitizer has its own
// for those that are left out, and notices a delete that does not fit its new.
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  ++weir::test::count;
  return std::malloc(size > 0 ? size : 1);
}
void* operator new(std::size_t size) {
  void* const memory = operator new(size, std::nothrow);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete(void* memory, const std::nothrow_t&) noexcept { std::free(memory); }
