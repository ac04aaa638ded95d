#pragma once
// How a table says what the models draw from: a time or a number of bytes, always the same or
// between two ends.
//
//   read_law(table, "service", options.service, {Duration(0), 24h});
//
// A key that is not there leaves its variable as it is, as with config::TableReader.

#include <string>

#include "config/table_reader.hpp"
#include "sim/model/law.hpp"

namespace weir::sim::scenario {

// "5ms", { from = "1ms", to = "5ms" }, or { mean = "5ms" }.
void read_law(config::TableReader& table, const std::string& key, model::Law& into,
              config::DurationRange range);

// 100, "64KiB", or { from = 1, to = "64KiB" }.
void read_sizes(config::TableReader& table, const std::string& key, model::Sizes& into,
                config::CountRange range);

}  // namespace weir::sim::scenario
