#pragma once
// What the tests of weir.toml read and compare: the examples, and problems as text.

#include <fstream>
#include <sstream>
#include <string>

#include <catch2/catch.hpp>

#include "config/load.hpp"

namespace weir::config {

inline std::string file(const std::string& path) {
  std::ifstream in(std::string(WEIR_ROOT) + "/" + path);
  INFO(path);
  REQUIRE(in);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

inline std::string example(const std::string& name) { return file("examples/configs/" + name); }

// All problems, one a line.
inline std::string problems_of(const std::string& text) {
  const Loaded loaded = load(text, "x.toml");
  std::string lines;
  for (const Problem& problem : loaded.errors) lines += text_of(problem) + "\n";
  for (const Problem& problem : loaded.warnings) lines += "warning: " + text_of(problem) + "\n";
  return lines;
}

}  // namespace weir::config
