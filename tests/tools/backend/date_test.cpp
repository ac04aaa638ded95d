#include "backend/date.hpp"

#include <catch2/catch.hpp>

#include "fixture.hpp"

namespace weir::backend {
namespace {

using namespace std::chrono_literals;

TEST_CASE("the date has the form of RFC 9110 and is renewed every second", "[backend]") {
  test::FixedClock clock;
  Date date;
  CHECK(date.text(TimePoint(), clock) == "Sun, 06 Nov 1994 08:49:37 GMT");
  clock.time += 24h * 60 + 1s;
  CHECK(date.text(TimePoint(999ms), clock) == "Sun, 06 Nov 1994 08:49:37 GMT");
  CHECK(date.text(TimePoint(1s), clock) == "Thu, 05 Jan 1995 08:49:38 GMT");
}

}  // namespace
}  // namespace weir::backend
