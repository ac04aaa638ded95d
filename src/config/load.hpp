#pragma once
// load: makes a Config from the text of weir.toml, and says everything that is wrong with it.
//
//   const Loaded loaded = load(text, "weir.toml");
//   for (const Problem& problem : loaded.errors) print(text_of(problem));
//   if (loaded.errors.empty()) run(loaded.config);
//
// Strict: unknown keys, wrong types, values out of range and names that do not exist are errors,
// with place and remedy. The format is docs/reference/config.md. It opens no files.

#include <string>
#include <string_view>

#include "config/config.hpp"
#include "config/problem.hpp"

namespace weir::config {

struct Loaded {
  Config config;  // valid if there are no errors
  Problems errors;
  Problems warnings;
};

// `source` names the text in problems.
Loaded load(std::string_view text, const std::string& source);

}  // namespace weir::config
