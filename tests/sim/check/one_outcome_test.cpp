#include "sim/check/one_outcome.hpp"

#include <catch2/catch.hpp>

using namespace weir;
using weir::sim::check::OneOutcome;
using weir::sim::model::Outcome;

namespace {
constexpr TimePoint kNow{};
}

TEST_CASE("one-outcome holds when each exchange ends once, one after another") {
  OneOutcome oracle;
  for (std::uint32_t request = 0; request < 3; ++request) {
    oracle.begun(kNow, 5, request);
    oracle.ended(kNow, 5, request, Outcome::complete);
  }
  oracle.finish(kNow);
  CHECK(oracle.holds());
}

TEST_CASE("one-outcome fails for an exchange without an outcome") {
  OneOutcome oracle;
  oracle.begun(kNow, 5, 0);
  CHECK(oracle.holds());
  oracle.finish(kNow);
  CHECK_THAT(oracle.report(), Catch::Contains("connection 5: request 0 has no outcome"));
}

TEST_CASE("one-outcome fails for two outcomes of an exchange") {
  OneOutcome oracle;
  oracle.begun(kNow, 5, 0);
  oracle.ended(kNow, 5, 0, Outcome::complete);
  oracle.ended(kNow, 5, 0, Outcome::reset);
  CHECK_FALSE(oracle.holds());
}

TEST_CASE("one-outcome fails for an outcome of nothing") {
  OneOutcome oracle;
  oracle.ended(kNow, 0, 0, Outcome::complete);
  CHECK_FALSE(oracle.holds());
}

TEST_CASE("one-outcome fails for an exchange that begins inside another") {
  OneOutcome oracle;
  oracle.begun(kNow, 0, 0);
  oracle.begun(kNow, 0, 1);
  CHECK_FALSE(oracle.holds());
}

TEST_CASE("one-outcome fails when clients outlast the run") {
  OneOutcome oracle;
  oracle.not_in_time(kNow);
  CHECK_THAT(oracle.report(), Catch::Contains("time_max"));
}
