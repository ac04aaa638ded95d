#pragma once
// Views of bytes that somebody else owns. A view is valid as long as the comment at the place
// that hands it out says; nothing here allocates.
//
//   const ConstBytes bytes = as_bytes("hello");   as_text(bytes) == "hello"

#include <cstddef>
#include <span>
#include <string_view>

namespace weir {

using ConstBytes = std::span<const std::byte>;
using MutableBytes = std::span<std::byte>;

inline ConstBytes as_bytes(std::string_view text) noexcept {
  return std::as_bytes(std::span(text.data(), text.size()));
}

inline std::string_view as_text(ConstBytes bytes) noexcept {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace weir
