#pragma once
// KeyList: the visitor of keys that lists them, for the reference: docs/reference/config.md is held
// to this list by a test.
//
//   const std::vector<KeySection> sections = list_keys();

#include <string>
#include <vector>

namespace weir::config {

struct KeyFacts {
  std::string key;
  std::string type;
  std::string default_text;  // "required" or a value; "" where there is none
  std::string range;
  std::string about;
};

// The keys of one table.
struct KeySection {
  std::string header;  // as TOML writes it: "[[listener]]", "[listener.limits]"; "" at the top
  std::string about;
  std::vector<KeyFacts> keys;
};

std::vector<KeySection> list_keys();

}  // namespace weir::config
