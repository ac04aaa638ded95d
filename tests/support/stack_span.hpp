#pragma once
// StackSpan: how far apart on the stack the calls of touch() were, for tests that something runs
// in a constant amount of it.

#include <algorithm>
#include <cstdint>

namespace weir::test {

class StackSpan {
 public:
  [[gnu::noinline]] void touch() noexcept {
    const auto here = reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0));
    lowest_ = std::min(lowest_, here);
    highest_ = std::max(highest_, here);
  }
  std::size_t bytes() const noexcept { return highest_ - lowest_; }

 private:
  std::uintptr_t lowest_ = UINTPTR_MAX;
  std::uintptr_t highest_ = 0;
};

}  // namespace weir::test
