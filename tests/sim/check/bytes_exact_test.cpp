#include "sim/check/bytes_exact.hpp"

#include <catch2/catch.hpp>

using namespace weir;
using weir::sim::check::BytesExact;
using weir::sim::model::Lane;
using weir::sim::model::Way;

namespace {

constexpr TimePoint kNow{};

// A lane in mid-life: claimed, with so many bytes sent and received.
Lane lane_of(std::uint64_t sent, std::uint64_t received) {
  Lane lane;
  lane.connection = 7;
  lane.way = Way::down;
  lane.claimed = true;
  lane.sent = sent;
  lane.received = received;
  return lane;
}

}  // namespace

TEST_CASE("bytes-exact holds for an end where the sender ended") {
  BytesExact oracle;
  Lane lane = lane_of(100, 100);
  lane.ended = true;
  oracle.received(kNow, lane, 100);
  oracle.ended(lane);
  oracle.end_read(kNow, lane);
  CHECK(oracle.holds());
}

TEST_CASE("bytes-exact fails when more arrives than was sent") {
  BytesExact oracle;
  oracle.received(kNow, lane_of(100, 101), 1);
  CHECK_FALSE(oracle.holds());
}

TEST_CASE("bytes-exact fails for a clean end before all bytes") {
  BytesExact oracle;
  Lane lane = lane_of(100, 60);
  lane.ended = true;
  oracle.end_read(kNow, lane);
  CHECK_FALSE(oracle.holds());
  CHECK_THAT(oracle.report(), Catch::Contains("connection 7, down: a clean end after 60 bytes, but "
                                              "the backend had sent 100"));
}

TEST_CASE("bytes-exact fails for a clean end that the sender never made") {
  Lane lane = lane_of(100, 100);
  SECTION("because it goes on") {}
  SECTION("because it reset the connection") { lane.broken = true; }
  SECTION("because it lost power") { lane.lost = true; }
  BytesExact oracle;
  oracle.end_read(kNow, lane);
  CHECK_FALSE(oracle.holds());
  CHECK_THAT(oracle.report(), Catch::Contains("truncation that looks complete"));
}

TEST_CASE("bytes-exact excuses ends that a dying proxy made") {
  BytesExact oracle;
  Lane lane = lane_of(100, 60);
  lane.excused = true;
  oracle.end_read(kNow, lane);
  CHECK(oracle.holds());
  oracle.proxy_died();
  oracle.nameless_end_read(kNow, Way::up, 3);
  CHECK(oracle.holds());
}

TEST_CASE("bytes-exact wants a sender for each end before a header") {
  BytesExact oracle;
  Lane lane = lane_of(10, 0);
  lane.claimed = false;
  lane.ended = true;
  oracle.ended(lane);
  oracle.nameless_end_read(kNow, Way::down, 10);
  CHECK(oracle.holds());
  SECTION("once") { oracle.nameless_end_read(kNow, Way::down, 10); }
  SECTION("of that length") { oracle.nameless_end_read(kNow, Way::down, 9); }
  SECTION("of that way") { oracle.nameless_end_read(kNow, Way::up, 10); }
  CHECK_FALSE(oracle.holds());
}

TEST_CASE("bytes-exact counts a close by a backend that never opened a lane") {
  BytesExact oracle;
  oracle.nameless_close();
  oracle.nameless_end_read(kNow, Way::down, 0);
  CHECK(oracle.holds());
  oracle.nameless_end_read(kNow, Way::down, 0);
  CHECK_FALSE(oracle.holds());
}

TEST_CASE("bytes-exact fails for what a model finds wrong, and says what") {
  BytesExact oracle;
  oracle.corrupt(kNow, Way::up, 12, "wrong from byte 5 on");
  CHECK_THAT(oracle.report(), Catch::Contains("connection 12, up: wrong from byte 5 on"));
}
