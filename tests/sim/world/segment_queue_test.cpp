#include "sim/world/segment_queue.hpp"

#include <catch2/catch.hpp>

using namespace weir;
using namespace weir::sim::internal;

TEST_CASE("segments leave their queue in the order in which they came") {
  SegmentQueue queue;
  std::uint32_t next_in = 0;
  std::uint32_t next_out = 0;
  for (int round = 0; round < 100; ++round) {
    for (int i = 0; i < round % 13; ++i) queue.push_back(Segment{TimePoint(), next_in++});
    for (int i = 0; i < round % 11 && !queue.empty(); ++i) {
      CHECK(queue.front().bytes == next_out++);
      queue.pop_front();
    }
    REQUIRE(queue.size() == next_in - next_out);
    for (std::uint32_t i = 0; i < queue.size(); ++i) CHECK(queue.at(i).bytes == next_out + i);
  }
  queue.clear();
  CHECK(queue.empty());
}
