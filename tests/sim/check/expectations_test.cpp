#include "sim/check/expectations.hpp"

#include <set>

#include <catch2/catch.hpp>

#include "sim/model/witness.hpp"

using namespace weir;
using namespace weir::sim::check;

namespace {

constexpr TimePoint kNow{};

std::string judged(const Expectation& expectation, const Counters& counters) {
  Expectations oracle({expectation});
  oracle.finish(kNow, counters);
  return oracle.report();
}

Counters some_counters() {
  Counters counters;
  counters[Counter::exchanges] = 200;
  counters[Counter::complete] = 198;
  counters[Counter::reset] = 2;
  counters[Counter::answer_time_max] = 1'500'000;
  counters[Counter::in_flight_max] = 64 * 1024;
  return counters;
}

}  // namespace

TEST_CASE("an expectation holds within its bounds") {
  const Counters counters = some_counters();
  CHECK_THAT(judged({Counter::reset, Bound{1}, Bound{2}}, counters), Catch::StartsWith("holds"));
  CHECK_THAT(
      judged({Counter::reset, Bound{3}, {}}, counters),
      Catch::Contains("reset (exchanges that ended with a reset) is 2, expected at least 3"));
  CHECK_THAT(judged({Counter::reset, {}, Bound{1}}, counters), Catch::Contains("at most 1"));
}

TEST_CASE("an expectation in percent is of the whole that its counter belongs to") {
  const Counters counters = some_counters();
  CHECK_THAT(judged({Counter::complete, Bound{99, true}, {}}, counters),
             Catch::StartsWith("holds"));
  CHECK_THAT(judged({Counter::complete, Bound{100, true}, {}}, counters),
             Catch::Contains("is 198, expected at least 100 % of exchanges"));
}

TEST_CASE("a percentage of nothing is not met") {
  CHECK_THAT(judged({Counter::complete, Bound{100, true}, {}}, Counters()),
             Catch::Contains("there were no exchanges"));
}

TEST_CASE("an expectation is told in the unit of its counter") {
  const Counters counters = some_counters();
  CHECK_THAT(judged({Counter::answer_time_max, {}, Bound{1'000'000}}, counters),
             Catch::Contains("is 1.5 ms, expected at most 1 ms"));
  CHECK_THAT(judged({Counter::in_flight_max, {}, Bound{1024}}, counters),
             Catch::Contains("is 64 KiB, expected at most 1 KiB"));
}

TEST_CASE("a world that is not what the scenario says is a violation") {
  Expectations oracle({});
  oracle.not_set_up(kNow, "the proxy cannot listen: address in use");
  CHECK_FALSE(oracle.holds());
}

TEST_CASE("every counter has a name of its own, by which it is found") {
  std::set<std::string> names;
  for (std::size_t i = 0; i < kCounters; ++i) {
    const auto counter = static_cast<Counter>(i);
    names.insert(name_of(counter).name);
    CHECK(find_counter(name_of(counter).name) == counter);
  }
  CHECK(names.size() == kCounters);
  CHECK(find_counter("completed") == std::nullopt);
}

TEST_CASE("the counters of outcomes and of session ends are in the order of their kinds") {
  using weir::sim::model::Outcome;
  for (std::size_t i = 0; i < weir::sim::model::kOutcomes; ++i) {
    const auto counter = static_cast<Counter>(static_cast<std::size_t>(Counter::complete) + i);
    CHECK(std::string(name_of(counter).name) == to_string(static_cast<Outcome>(i)));
  }
}
