#include <fmt/format.h>

#include "config/units.hpp"
#include "sim/scenario/load_parts.hpp"

namespace weir::sim::scenario {
namespace {

using check::Bound;
using check::Counter;
using check::Expectation;
using check::Unit;

const char* example_of(Unit unit) {
  switch (unit) {
    case Unit::count: return "a count such as 200, or { min = 1, max = 9 }";
    case Unit::bytes: return "a size such as \"64KiB\", or { max = \"64KiB\" }";
    case Unit::time: return "a time such as \"1.5s\", or { max = \"1.5s\" }";
  }
  return "";
}

// nullopt: a problem was noted.
std::optional<Bound> read_bound(TableReader& table, const std::string& key, Counter counter) {
  const Value* value = table.find(key);
  const Unit unit = name_of(counter).unit;
  if (value->kind == Value::Kind::text) {
    const bool has_whole = whole_of(counter).has_value();
    std::optional<std::uint64_t> percent = config::parse_percent(value->text);
    if (value->text == "all") percent = 100;
    if (percent && has_whole) return Bound{static_cast<std::int64_t>(*percent), true};
    if (unit == Unit::time) {
      if (const auto time = config::parse_duration(value->text)) return Bound{time->count(), false};
    }
    if (unit == Unit::bytes) {
      const auto size = config::parse_size(value->text);
      if (size) return Bound{static_cast<std::int64_t>(*size), false};
    }
  } else if (value->kind == Value::Kind::integer && value->integer >= 0 && unit != Unit::time) {
    return Bound{value->integer, false};
  }
  std::string remedy = fmt::format("write {}", example_of(unit));
  if (whole_of(counter)) {
    remedy += fmt::format("; or \"all\" or \"99%\" of {}", name_of(*whole_of(counter)).name);
  }
  table.problem(key, "is no bound of this counter", remedy);
  return std::nullopt;
}

void load_bounds(TableReader& expect, const std::string& key, Counter counter, Scenario& scenario,
                 Problems& problems) {
  Expectation expectation;
  expectation.counter = counter;
  const Value* value = expect.find(key);
  if (value->kind != Value::Kind::table) {
    expectation.min = expectation.max = read_bound(expect, key, counter);
  } else {
    TableReader table(*value, "expect." + key, problems);
    if (!table.has("min") && !table.has("max")) {
      table.require("min", "write { min = .. }, { max = .. }, or both");
    }
    table.known("min");
    table.known("max");
    if (table.has("min")) expectation.min = read_bound(table, "min", counter);
    if (table.has("max")) expectation.max = read_bound(table, "max", counter);
    table.finish();
  }
  scenario.expected.push_back(expectation);
}

}  // namespace

void load_expect(const Value& value, Scenario& scenario, Problems& problems) {
  TableReader expect(value, "expect", problems);
  expect.flag("liveness", scenario.judge_liveness);
  expect.duration("settle", scenario.settle, {Duration(0), std::chrono::hours(24)});
  for (std::size_t i = 0; i < check::kCounters; ++i) {
    const Counter counter = static_cast<Counter>(i);
    const std::string key = name_of(counter).name;
    expect.known(key);
    if (expect.has(key)) load_bounds(expect, key, counter, scenario, problems);
  }
  expect.finish();
}

}  // namespace weir::sim::scenario
