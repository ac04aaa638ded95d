#pragma once
// The schema of weir.toml: every key, once, with its variable, its range and its description.
//
//   describe(reader, config);      // reader: a KeyReader, or another visitor of Keys
//
// A new key is one line here and one field in config.hpp; the test of the reference then says what
// docs/reference/config.md must say. Rules that hold between keys are check.hpp's.

#include "config/config.hpp"
#include "config/keys.hpp"

namespace weir::config {

void describe(Keys& keys, Config& config);

}  // namespace weir::config
