#pragma once
// print_text: text for a person or a script, on standard output or error, by a program that goes on
// when nobody reads it (a pipe whose reader has gone, a full disk).
//
//   print_text(stderr, fmt::format("weir: {}\n", problem));
//
// For main() programs; fmt::print(FILE*) throws in these cases. Whoever must know looks at
// std::ferror(). Logic that runs in a World has io::Log instead.

#include <cstdio>
#include <string_view>

namespace weir {

inline void print_text(std::FILE* to, std::string_view text) noexcept {
  [[maybe_unused]] const std::size_t written = std::fwrite(text.data(), 1, text.size(), to);
}

}  // namespace weir
