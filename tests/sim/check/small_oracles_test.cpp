// The oracles that are a comparison: buffers-returned, nothing-left, in-flight,
// time-moves-on.

#include <memory>

#include <catch2/catch.hpp>

#include "io/buffer_pool.hpp"
#include "sim/check/buffers_returned.hpp"
#include "sim/check/in_flight.hpp"
#include "sim/check/nothing_left.hpp"
#include "sim/check/time_moves_on.hpp"

using namespace weir;
using namespace weir::sim::check;
using weir::sim::model::Lane;
using weir::sim::model::Way;

namespace {
constexpr TimePoint kNow{};
}

TEST_CASE("buffers-returned holds while each session has its 64 KiB a direction, then nothing") {
  BuffersReturned oracle;
  oracle.sample(kNow, 16, 2);
  oracle.finish(kNow, 0);
  CHECK(oracle.holds());
  CHECK(oracle.bytes_max() == 256 * 1024);
}

TEST_CASE("buffers-returned fails for more than the bound") {
  BuffersReturned oracle;
  oracle.sample(kNow, 11, 1);
  CHECK_THAT(oracle.report(), Catch::Contains("holds 176 KiB of buffers for 1 sessions"));
}

TEST_CASE("buffers-returned fails for buffers that are held for nobody") {
  BuffersReturned oracle;
  oracle.sample(kNow, 1, 0);
  CHECK_FALSE(oracle.holds());
}

TEST_CASE("buffers-returned fails for a buffer that never comes back") {
  BuffersReturned oracle;
  oracle.finish(kNow, 1);
  CHECK_FALSE(oracle.holds());
}

TEST_CASE("nothing-left fails for a socket of the proxy") {
  NothingLeft oracle;
  oracle.proxy_ended(kNow, 0);
  CHECK(oracle.holds());
  oracle.proxy_ended(kNow, 2);
  CHECK_THAT(oracle.report(), Catch::Contains("2 descriptors"));
}

TEST_CASE("nothing-left fails for a connection that the network still knows") {
  NothingLeft oracle;
  oracle.all_ended(kNow, 1);
  CHECK_FALSE(oracle.holds());
}

TEST_CASE("nothing-left fails for an object that outlives its world, and not for older ones") {
  const auto older = std::make_unique<io::BufferPool::Block>();
  NothingLeft oracle;
  oracle.world_gone(kNow);
  CHECK(oracle.holds());
  const auto left = std::make_unique<io::BufferPool::Block>();
  oracle.world_gone(kNow);
  CHECK_THAT(oracle.report(), Catch::Contains("still alive are: 1 buffer"));
}

TEST_CASE("in-flight fails for more than fits, each way with its own bound") {
  InFlight oracle(100, 200);
  Lane lane;
  lane.sent = 1150;
  lane.received = 1000;
  lane.way = Way::down;
  oracle.sent(kNow, lane);
  CHECK(oracle.holds());
  CHECK(oracle.bytes_max() == 150);
  lane.way = Way::up;
  oracle.sent(kNow, lane);
  CHECK_THAT(oracle.report(), Catch::Contains("150 bytes are sent and not received, at most 100"));
}

TEST_CASE("time-moves-on fails when a program had to be given up, and says when") {
  TimeMovesOn oracle;
  CHECK(oracle.holds());
  oracle.stood_still(kNow);
  CHECK_THAT(oracle.report(), Catch::Contains("a program spins: after 1,000,000 events"));
}
