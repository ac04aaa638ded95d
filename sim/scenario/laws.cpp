#include "sim/scenario/laws.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace weir::sim::scenario {

using config::TableReader;
using config::Value;

void read_law(TableReader& reader, const std::string& key, model::Law& into,
              config::DurationRange range) {
  const Value* value = reader.find(key);
  if (value == nullptr) return;
  if (value->kind == Value::Kind::text) {
    Duration time{0};
    reader.duration(key, time, range);
    into = model::Law::fixed(time);
    return;
  }
  if (value->kind != Value::Kind::table) {
    reader.problem(key, fmt::format("is {}", name_of(value->kind)),
                   "write a time, or { from = \"1ms\", to = \"5ms\" }, or { mean = \"5ms\" }");
    return;
  }
  TableReader table(*value, fmt::format("{}.{}", reader.path(), key), reader.problems());
  if (table.has("mean")) {
    Duration mean{0};
    table.duration("mean", mean, range);
    into = model::Law::exponential(mean);
  } else {
    Duration from{0};
    Duration to{0};
    table.require("from", "write { from = .., to = .. }, or { mean = .. }");
    table.require("to", "write { from = .., to = .. }");
    table.duration("from", from, range);
    table.duration("to", to, range);
    if (to < from) table.problem("to", "is less than from", "write the lower end as from");
    into = model::Law::uniform(from, std::max(from, to));
  }
  table.finish();
}

void read_sizes(TableReader& reader, const std::string& key, model::Sizes& into,
                config::CountRange range) {
  const Value* value = reader.find(key);
  if (value == nullptr) return;
  if (value->kind != Value::Kind::table) {
    std::uint64_t bytes = into.low;
    reader.size(key, bytes, range);
    into = model::Sizes{bytes, bytes};
    return;
  }
  TableReader table(*value, fmt::format("{}.{}", reader.path(), key), reader.problems());
  table.require("from", "write { from = .., to = .. }, or one size");
  table.require("to", "write { from = .., to = .. }, or one size");
  table.size("from", into.low, range);
  table.size("to", into.high, range);
  if (into.high < into.low) table.problem("to", "is less than from", "write the lower end as from");
  into.high = std::max(into.low, into.high);
  table.finish();
}

}  // namespace weir::sim::scenario
