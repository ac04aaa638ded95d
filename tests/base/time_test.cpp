#include "base/time.hpp"

#include <type_traits>

#include <catch2/catch.hpp>

using namespace weir;
using namespace std::chrono_literals;

TEST_CASE("after adds a wait to a time") {
  const TimePoint start{};
  CHECK(after(start, 5s) == start + 5s);
  CHECK(after(start + 1ns, 0ns) == start + 1ns);
  CHECK(after(start + 5s, -1s) == start + 4s);
}

TEST_CASE("after gives kNever for waits that are too long to add") {
  const TimePoint start{};
  CHECK(after(start, Duration::max()) == kNever);
  CHECK(after(start + 1s, Duration::max()) == kNever);
  CHECK(after(kNever - 1ns, 1ns) == kNever);
  CHECK(after(kNever - 1ns, 2ns) == kNever);
  CHECK(after(kNever, 1s) == kNever);
  CHECK(after(kNever - 2ns, 1ns) == kNever - 1ns);
}

TEST_CASE("a time of a world does not mix with other clocks") {
  using Steady = std::chrono::steady_clock::time_point;
  CHECK_FALSE(std::is_convertible_v<Steady, TimePoint>);
  CHECK_FALSE(std::is_convertible_v<TimePoint, Steady>);
  CHECK(sizeof(TimePoint) == 8);
}
