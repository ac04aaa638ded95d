#include "base/census.hpp"

#include <fmt/format.h>

namespace weir {

Census& Census::here() noexcept {
  thread_local Census census;
  return census;
}

std::string Census::describe() const {
  constexpr std::array<const char*, kKinds> names = {"frame", "stream", "listener", "buffer"};
  std::string text;
  for (std::size_t i = 0; i < kKinds; ++i) {
    if (alive_[i] == 0) continue;
    text += fmt::format("{}{} {}{}", text.empty() ? "" : ", ", alive_[i], names[i],
                        alive_[i] == 1 ? "" : "s");
  }
  return text.empty() ? "nothing" : text;
}

}  // namespace weir
