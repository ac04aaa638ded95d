#include "sim/check/oracle.hpp"

#include <catch2/catch.hpp>

using namespace weir;
using namespace weir::sim;
using namespace std::chrono_literals;

namespace {

class Picky final : public check::Oracle {
 public:
  Picky() : Oracle("picky") {}
  void complain(TimePoint at, std::string story) { fail(at, std::move(story)); }
  std::string summary() const override { return "nothing to complain about"; }
};

}  // namespace

TEST_CASE("an oracle that saw no violation holds, and says what it saw") {
  const Picky picky;
  CHECK(picky.holds());
  CHECK(picky.report() == "holds: nothing to complain about");
}

TEST_CASE("an oracle keeps its first violation and counts the others") {
  Picky picky;
  picky.complain(after(TimePoint(), 1250ms), "the first");
  CHECK(picky.report() == "VIOLATED at 1.250000 s: the first");
  for (int i = 0; i < 1200; ++i) picky.complain(after(TimePoint(), 2s), "another");
  CHECK_FALSE(picky.holds());
  CHECK(picky.first().story == "the first");
  CHECK(picky.report() == "VIOLATED at 1.250000 s: the first (and 1,200 more)");
}

TEST_CASE("durations are written in the largest unit that they fill, exactly") {
  CHECK(check::text_of(Duration(0)) == "0 s");
  CHECK(check::text_of(Duration(7)) == "7 ns");
  CHECK(check::text_of(Duration(1500us)) == "1.5 ms");
  CHECK(check::text_of(Duration(2s)) == "2 s");
  CHECK(check::text_of(Duration(90s)) == "90 s");
  CHECK(check::text_of(Duration(10min)) == "10 min");
  CHECK(check::text_of(Duration(-5s)) == "-5 s");
  CHECK(check::text_of(Duration(1000000001ns)) == "1.000000001 s");
}

TEST_CASE("counts have a comma at each thousand") {
  CHECK(check::text_of_count(0) == "0");
  CHECK(check::text_of_count(999) == "999");
  CHECK(check::text_of_count(1000) == "1,000");
  CHECK(check::text_of_count(1234567) == "1,234,567");
}
