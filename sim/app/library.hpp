#pragma once
// Library: the scenarios that weir-sim knows by name: the *.toml files of a directory.
//
//   const Library library(directory);
//   const scenario::Scenario half_close = library.load("half-close", overrides);
//   const scenario::Scenario mine = library.load("./mine.toml", {});
//
// Throws UsageError, with what to write instead, for names that are none and files that are wrong.

#include <stdexcept>
#include <string>
#include <vector>

#include "sim/scenario/scenario.hpp"

namespace weir::sim::app {

struct UsageError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Something that is not the user's to mend by writing something else: exit status 1.
struct Failure : std::runtime_error {
  using std::runtime_error::runtime_error;
};

class Library {
 public:
  explicit Library(std::string directory);  // empty: default_directory()

  const std::vector<std::string>& names() const noexcept { return names_; }  // sorted
  scenario::Scenario load(const std::string& name_or_path,
                          const std::vector<std::string>& overrides) const;

 private:
  std::string path_of(const std::string& name_or_path) const;

  std::string directory_;
  std::vector<std::string> names_;
};

// Next to the binary (../share/weir/scenarios), or else examples/scenarios of the source tree.
std::string default_directory();

}  // namespace weir::sim::app
