#include "real/connection_spread.hpp"

#include <catch2/catch.hpp>

using namespace weir;
using real::ConnectionSpread;
using real::HandedOver;

namespace {

// Workers that hold so many streams and have joined, without a thread among them.
struct Workers {
  explicit Workers(const std::vector<int>& open) : spread(open.size()), wakes(open.size()) {
    for (std::size_t i = 0; i < open.size(); ++i) {
      spread.open_streams(i) = open[i];
      spread.join(i, [this, i] { ++wakes[i]; });
    }
  }
  ConnectionSpread spread;
  std::vector<int> wakes;
};

HandedOver connection(int number) { return {.descriptor = number, .peer = {}}; }

}  // namespace

TEST_CASE("a worker keeps a connection while it holds hardly more than the others") {
  CHECK(Workers({0}).spread.place(0) == 0);
  CHECK(Workers({0, 0, 0}).spread.place(1) == 1);
  CHECK(Workers({2, 0}).spread.place(0) == 0);      // two more is little
  CHECK(Workers({112, 100}).spread.place(0) == 0);  // so is a tenth and two more
  CHECK(Workers({0, 1000}).spread.place(0) == 0);
}

TEST_CASE("a worker that holds markedly more gives a connection to the one that holds least") {
  CHECK(Workers({3, 0}).spread.place(0) == 1);
  CHECK(Workers({113, 100}).spread.place(0) == 1);
  CHECK(Workers({50, 20, 10, 30}).spread.place(0) == 2);
}

TEST_CASE("nothing is given to a worker that has not joined or has left") {
  ConnectionSpread spread(3);
  spread.open_streams(0) = 100;
  CHECK(spread.place(0) == 0);
  CHECK_FALSE(spread.hand_over(1, connection(7)));
  CHECK(spread.open_streams(1) == 0);

  Workers workers({100, 0, 50});
  workers.spread.leave(1);
  CHECK(workers.spread.place(0) == 2);
  CHECK_FALSE(workers.spread.hand_over(1, connection(7)));
}

TEST_CASE("a connection that is handed over counts at once and waits in order") {
  Workers workers({10, 0});
  CHECK(workers.spread.hand_over(1, connection(5)));
  CHECK(workers.spread.hand_over(1, connection(6)));
  CHECK(workers.spread.open_streams(1) == 2);
  const auto taken = workers.spread.take(1);
  REQUIRE(taken.size() == 2);
  CHECK(taken[0].descriptor == 5);
  CHECK(taken[1].descriptor == 6);
  CHECK(workers.spread.take(1).empty());
  CHECK(workers.spread.open_streams(1) == 2);
}

TEST_CASE("a worker is woken by the first connection in its mailbox, not by each") {
  Workers workers({10, 0});
  workers.spread.hand_over(1, connection(5));
  workers.spread.hand_over(1, connection(6));
  CHECK(workers.wakes[1] == 1);
  workers.spread.take(1);
  workers.spread.hand_over(1, connection(7));
  CHECK(workers.wakes[1] == 2);
  CHECK(workers.wakes[0] == 0);
}

TEST_CASE("a mailbox takes so many and no more") {
  Workers workers({10, 0});
  for (std::size_t i = 0; i < ConnectionSpread::kMailboxMax; ++i) {
    CHECK(workers.spread.hand_over(1, connection(5)));
  }
  CHECK_FALSE(workers.spread.hand_over(1, connection(6)));
  CHECK(workers.spread.open_streams(1) == static_cast<int>(ConnectionSpread::kMailboxMax));
}

TEST_CASE("after a stop nothing is handed over, and what was is still there") {
  Workers workers({10, 0});
  CHECK(workers.spread.hand_over(1, connection(5)));
  workers.spread.stop();
  CHECK(workers.spread.place(0) == 0);
  CHECK_FALSE(workers.spread.hand_over(1, connection(6)));
  CHECK(workers.spread.open_streams(1) == 1);
  REQUIRE(workers.spread.take(1).size() == 1);
  CHECK(workers.spread.leave(1).empty());
}

TEST_CASE("a worker that leaves takes what was in its mailbox with it") {
  Workers workers({10, 0});
  workers.spread.hand_over(1, connection(5));
  const auto left = workers.spread.leave(1);
  REQUIRE(left.size() == 1);
  CHECK(left[0].descriptor == 5);
  CHECK(workers.spread.leave(1).empty());
}
