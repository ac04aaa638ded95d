#include "task/race.hpp"

#include <catch2/catch.hpp>

#include "support/driver.hpp"
#include "support/journal.hpp"
#include "support/stack_span.hpp"
#include "task/event.hpp"

using namespace weir;
using namespace std::chrono_literals;
using task::both;
using task::Event;
using task::race;
using task::Task;
using test::Driver;
using test::Journal;
using test::Note;
using test::Running;
using test::StackSpan;

// Everything that a coroutine here takes by reference outlives it: it belongs to the test.

namespace {

struct Rig {
  Driver driver;
  Event first{driver.run_queue}, second{driver.run_queue};
  Journal journal;
};

Task<> runner(Event& event, Journal& journal, std::string name) {
  const Note local(journal, name);
  journal.push_back(name + " starts");
  co_await event.wait();
  journal.push_back(name + " ends");
}

Task<> run_race(Rig& rig) {
  const std::size_t winner = co_await race(runner(rig.first, rig.journal, "first"),
                                           runner(rig.second, rig.journal, "second"));
  rig.journal.push_back("winner " + std::to_string(winner));
}

Task<> run_both(Rig& rig) {
  co_await both(runner(rig.first, rig.journal, "first"), runner(rig.second, rig.journal, "second"));
  rig.journal.push_back("both");
}

}  // namespace

TEST_CASE("a race ends with the first that ends, and the other is cancelled before it returns") {
  Rig rig;
  const Running running(run_race(rig));
  CHECK(rig.journal == Journal{"first starts", "second starts"});
  rig.journal.clear();
  SECTION("the first") {
    rig.first.signal();
    rig.driver.settle();
    CHECK(rig.journal == Journal{"first ends", "~first", "~second", "winner 0"});
  }
  SECTION("the second") {
    rig.second.signal();
    rig.driver.settle();
    CHECK(rig.journal == Journal{"second ends", "~second", "~first", "winner 1"});
  }
  SECTION("the one that was signalled first, when both were") {
    rig.second.signal();
    rig.first.signal();
    CHECK(rig.driver.settle() == 1);
    CHECK(rig.journal == Journal{"second ends", "~second", "~first", "winner 1"});
  }
  CHECK(running.ended());
  CHECK(Census::here().of(Kind::frame) == 1);
}

TEST_CASE("a race that its first wins without waiting never starts the second") {
  Rig rig;
  rig.first.signal();
  const Running running(run_race(rig));
  CHECK(running.ended());
  CHECK(rig.journal == Journal{"first starts", "first ends", "~first", "winner 0"});
}

TEST_CASE("a race that its second wins without waiting cancels the first") {
  Rig rig;
  rig.second.signal();
  const Running running(run_race(rig));
  CHECK(running.ended());
  CHECK(rig.journal ==
        Journal{"first starts", "second starts", "second ends", "~second", "~first", "winner 1"});
}

TEST_CASE("cancelling the coroutine that races cancels both") {
  Rig rig;
  Running running(run_race(rig));
  rig.journal.clear();
  SECTION("while both wait") {}
  SECTION("when one is ready to run") { rig.first.signal(); }
  SECTION("when both are ready to run") {
    rig.second.signal();
    rig.first.signal();
  }
  running.cancel();
  CHECK(rig.driver.settle() == 0);
  CHECK(rig.journal == Journal{"~second", "~first"});
}

namespace {

Task<> sleep_for(Driver& driver, Duration wait) {
  co_await task::sleep_until(driver.run_queue, driver.timers, driver.timers.now() + wait);
}

Task<std::size_t> with_deadline(Rig& rig, Duration wait) {
  co_return co_await race(runner(rig.first, rig.journal, "work"), sleep_for(rig.driver, wait));
}

Task<> nested(Rig& rig, std::size_t& winner, bool& inner_ended) {
  const auto inner = [](Rig& owner, bool& ended) -> Task<> {
    co_await race(sleep_for(owner.driver, 3s), runner(owner.first, owner.journal, "inner"));
    ended = true;
  };
  winner = co_await race(inner(rig, inner_ended), sleep_for(rig.driver, 2s));
}

}  // namespace

TEST_CASE("a race against time loses no more than time") {
  Rig rig;
  Running running(with_deadline(rig, 1s));
  SECTION("when the work is in time") {
    rig.driver.advance(1s - 1ns);
    rig.first.signal();
    rig.driver.settle();
    CHECK(running.take() == 0);
  }
  SECTION("when it is late") {
    rig.driver.advance(1s);
    CHECK(running.take() == 1);
    CHECK(rig.journal == Journal{"work starts", "~work"});
  }
  CHECK(running.ended());
  CHECK(rig.driver.timers.size() == 0);
  CHECK_FALSE(rig.first.has_waiter());
}

TEST_CASE("a race may be a part of another race") {
  Rig rig;
  std::size_t winner = 9;
  bool inner_ended = false;
  const Running running(nested(rig, winner, inner_ended));
  SECTION("the inner one ends") {
    rig.first.signal();
    rig.driver.settle();
    CHECK(winner == 0);
    CHECK(inner_ended);
  }
  SECTION("the inner one is cancelled") {
    rig.driver.advance(2s);
    CHECK(winner == 1);
    CHECK_FALSE(inner_ended);
    CHECK(rig.journal == Journal{"inner starts", "~inner"});
  }
  CHECK(running.ended());
  CHECK(rig.driver.timers.size() == 0);
}

TEST_CASE("both ends when both have ended, in whichever order") {
  Rig rig;
  Running running(run_both(rig));
  CHECK(rig.journal == Journal{"first starts", "second starts"});
  rig.journal.clear();
  const bool first_ends_first = GENERATE(true, false);
  Event& one = first_ends_first ? rig.first : rig.second;
  Event& other = first_ends_first ? rig.second : rig.first;
  one.signal();
  rig.driver.settle();
  CHECK_FALSE(running.ended());
  other.signal();
  rig.driver.settle();
  CHECK(running.ended());
  const Journal in_order = {"first ends", "~first", "second ends", "~second", "both"};
  const Journal reversed = {"second ends", "~second", "first ends", "~first", "both"};
  CHECK(rig.journal == (first_ends_first ? in_order : reversed));
}

TEST_CASE("both ends at once when neither waits") {
  Rig rig;
  rig.first.signal();
  rig.second.signal();
  const Running running(run_both(rig));
  CHECK(running.ended());
  CHECK(rig.journal.back() == "both");
}

TEST_CASE("both waits for the one that waits") {
  Rig rig;
  const bool first_waits = GENERATE(true, false);
  Event& ready = first_waits ? rig.second : rig.first;
  Event& awaited = first_waits ? rig.first : rig.second;
  ready.signal();
  const Running running(run_both(rig));
  CHECK_FALSE(running.ended());
  awaited.signal();
  rig.driver.settle();
  CHECK(running.ended());
  CHECK(rig.journal.back() == "both");
}

TEST_CASE("cancelling the coroutine that awaits both cancels what still runs") {
  Rig rig;
  Running running(run_both(rig));
  SECTION("while both wait") {
    running.cancel();
    CHECK(rig.journal == Journal{"first starts", "second starts", "~second", "~first"});
  }
  SECTION("when one has ended and the other is ready to run") {
    rig.first.signal();
    rig.driver.settle();
    rig.second.signal();
    rig.journal.clear();
    running.cancel();
    CHECK(rig.journal == Journal{"~second"});
  }
  CHECK(rig.driver.settle() == 0);
}

namespace {

constexpr int kMany = 20'000;

Task<> touch_after(Event& event, StackSpan& stack) {
  co_await event.wait();
  stack.touch();
}

Task<> race_many(Rig& rig, StackSpan& stack) {
  for (int i = 0; i < kMany; ++i) {
    co_await race(touch_after(rig.first, stack), touch_after(rig.second, stack));
  }
}

Task<> both_many(Rig& rig, StackSpan& stack) {
  for (int i = 0; i < kMany; ++i) {
    co_await both(touch_after(rig.first, stack), touch_after(rig.second, stack));
  }
}

}  // namespace

TEST_CASE("races and boths one after another need no more stack") {
  Rig rig;
  StackSpan stack;
  const bool racing = GENERATE(true, false);
  const Running running(racing ? race_many(rig, stack) : both_many(rig, stack));
  for (int i = 0; !running.ended(); ++i) {
    if (!racing || i % 2 == 0) rig.first.signal();
    if (!racing || i % 2 == 1) rig.second.signal();
    if (i % 3 != 0) rig.driver.settle();
  }
  CHECK(stack.bytes() < 16 * 1024);
}
