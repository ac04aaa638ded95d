#pragma once
// check: the rules that hold between the keys of a configuration: names that exist and are unique,
// keys that mean something together, routes that can be met.
//
//   check(root, config, loaded.errors, loaded.warnings);
//
// A warning is about what works, but hardly as it was meant.

#include "config/config.hpp"
#include "config/value.hpp"

namespace weir::config {

// `config` was read from `root`, perhaps with problems.
void check(const Value& root, const Config& config, Problems& errors, Problems& warnings);

}  // namespace weir::config
