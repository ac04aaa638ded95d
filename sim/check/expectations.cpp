#include "sim/check/expectations.hpp"

#include <fmt/format.h>

namespace weir::sim::check {

namespace {

std::string text_of(const Bound& bound, const Expectation& expectation) {
  if (!bound.percent) return text_of(name_of(expectation.counter).unit, bound.value);
  const std::optional<Counter> whole = whole_of(expectation.counter);
  return fmt::format("{} % of {}", bound.value, whole ? name_of(*whole).name : "nothing");
}

// Below (-1), at (0) or above (1) the bound.
int compare(std::int64_t value, const Bound& bound, std::optional<std::int64_t> whole) {
  const std::int64_t scaled = bound.percent ? value * 100 : value;
  const std::int64_t limit = bound.percent ? whole.value_or(0) * bound.value : bound.value;
  return scaled < limit ? -1 : scaled > limit ? 1 : 0;
}

}  // namespace

void Expectations::finish(TimePoint now, const Counters& counters) {
  for (const Expectation& expected : expected_) {
    const CounterName& name = name_of(expected.counter);
    const std::int64_t value = counters[expected.counter];
    const std::optional<Counter> whole_counter = whole_of(expected.counter);
    std::optional<std::int64_t> whole;
    if (whole_counter) whole = counters[*whole_counter];
    const auto is_percent = [](const std::optional<Bound>& bound) {
      return bound && bound->percent;
    };
    if (is_percent(expected.min) && whole == 0) {
      fail(now, fmt::format("{} cannot be judged: there were no {}", name.name,
                            name_of(*whole_counter).name));
      continue;
    }
    const bool too_few = expected.min && compare(value, *expected.min, whole) < 0;
    const bool too_many = expected.max && compare(value, *expected.max, whole) > 0;
    if (!too_few && !too_many) continue;
    fail(now, fmt::format("{} ({}) is {}, expected {} {}", name.name, name.meaning,
                          text_of(name.unit, value), too_few ? "at least" : "at most",
                          text_of(too_few ? *expected.min : *expected.max, expected)));
  }
}

std::string Expectations::summary() const {
  if (expected_.empty()) return "the scenario expects nothing more";
  return fmt::format("all {} expectations of the scenario", expected_.size());
}

}  // namespace weir::sim::check
