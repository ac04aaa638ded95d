#include "sim/check/answer_times.hpp"

#include <catch2/catch.hpp>

using namespace weir;
using namespace weir::sim::check;
using namespace std::chrono_literals;

TEST_CASE("percentiles are elements of the sorted list, by nearest rank") {
  AnswerTimes times;
  for (int i = 100; i >= 1; --i) times.add(i * 1ms);
  CHECK(times.percentile(50) == 50ms);
  CHECK(times.percentile(99) == 99ms);
  CHECK(times.percentile(100) == 100ms);
  CHECK(times.percentile(1) == 1ms);
  AnswerTimes few;
  few.add(7ms);
  few.add(3ms);
  few.add(5ms);
  CHECK(few.percentile(50) == 5ms);
  CHECK(few.percentile(99) == 7ms);
}

TEST_CASE("answer times fill their counters, and a second is within a second") {
  AnswerTimes times;
  Counters counters;
  times.fill(counters);
  CHECK(counters[Counter::answer_time_p99] == 0);
  times.add(1s);
  times.add(2s);
  times.add(1s + 1ns);
  times.add(Duration(0));
  times.fill(counters);
  CHECK(counters[Counter::complete_within_1s] == 2);
  CHECK(counters[Counter::answer_time_mean] == 1'000'000'000);
  CHECK(counters[Counter::answer_time_p50] == 1'000'000'000);
  CHECK(counters[Counter::answer_time_max] == 2'000'000'000);
}
