#include "sim/check/liveness.hpp"

#include <catch2/catch.hpp>

using namespace weir;
using weir::sim::check::Liveness;
using weir::sim::model::Outcome;
using namespace std::chrono_literals;

namespace {

TimePoint at(Duration since_start) { return after(TimePoint(), since_start); }

void exchanges(Liveness& oracle, int count, Duration begun, Outcome outcome) {
  for (int i = 0; i < count; ++i) oracle.exchange_ended(at(begun + 1s), at(begun), outcome);
}

}  // namespace

TEST_CASE("liveness holds for 99 of 100, and fails for 98") {
  Liveness oracle(at(5s));
  exchanges(oracle, 99, 5s, Outcome::complete);
  exchanges(oracle, 1, 6s, Outcome::reset);
  SECTION("99") {
    oracle.finish(at(9s));
    CHECK(oracle.holds());
  }
  SECTION("98") {
    exchanges(oracle, 1, 7s, Outcome::gave_up);
    oracle.finish(at(9s));
    CHECK_THAT(oracle.report(), Catch::Contains("only 99 were complete") &&
                                    Catch::Contains("ended as reset at 7.000000 s"));
  }
}

TEST_CASE("liveness does not look at exchanges that began before") {
  Liveness oracle(at(5s));
  exchanges(oracle, 50, 4s, Outcome::reset);
  oracle.finish(at(9s));
  CHECK(oracle.holds());
}

TEST_CASE("liveness does not blame the proxy for clients that quit or die") {
  Liveness oracle(at(0s));
  exchanges(oracle, 5, 1s, Outcome::quit);
  exchanges(oracle, 5, 1s, Outcome::abandoned);
  exchanges(oracle, 5, 1s, Outcome::complete);
  oracle.finish(at(9s));
  CHECK(oracle.holds());
}

TEST_CASE("liveness is not judged where something stays broken") {
  Liveness oracle(std::nullopt);
  exchanges(oracle, 5, 1s, Outcome::reset);
  oracle.finish(at(9s));
  CHECK_THAT(oracle.report(), Catch::Contains("not judged"));
}
