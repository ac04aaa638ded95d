#pragma once
// Problem: what is wrong with a scenario, for the person who wrote it: where, what, and what to
// write instead.
//
//   x.toml:12:16: proxy.idle_timeout is 0 s; write 1 ms to 24 h
//
// Loading collects all of them, so that one run of the loader shows every mistake.

#include <cstdint>
#include <string>
#include <vector>

namespace weir::config {

struct Location {
  std::string source;      // a file's name, or the text of a --set option
  std::uint32_t line = 0;  // from 1; 0: the source as a whole
  std::uint32_t column = 0;
};

struct Problem {
  Location at;
  std::string message;
  std::string remedy;
};

using Problems = std::vector<Problem>;

std::string text_of(const Problem& problem);  // "file:line:column: message; remedy"

// The one of `known` that `wrong` was probably meant to be, or nothing.
std::string nearest(const std::string& wrong, const std::vector<std::string>& known);

// `did you mean "nearest"?` where there is one, else "write one of a, b, c", or "there is none".
std::string suggest(const std::string& wrong, const std::vector<std::string>& known);

std::string joined(const std::vector<std::string>& words);  // "a, b, c"

}  // namespace weir::config
