#pragma once
// load: makes a Scenario from TOML, or says everything that is wrong with it.
//
//   const auto loaded = load(text, "x.toml", {"proxy.workers=4"});
//   if (!loaded) for (const config::Problem& p : loaded.error()) print(text_of(p));
//
// Strict: unknown keys, wrong types, values out of range and names of hosts that do not exist are
// problems, with place and remedy. The format is docs/reference/scenarios.md.

#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "config/problem.hpp"
#include "sim/scenario/scenario.hpp"

namespace weir::sim::scenario {

// `source` names the text in problems. `overrides` are KEY=VALUE, in order.
std::expected<Scenario, config::Problems> load(std::string_view text, const std::string& source,
                                               const std::vector<std::string>& overrides);

}  // namespace weir::sim::scenario
