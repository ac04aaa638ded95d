#include "task/either.hpp"

#include <optional>

#include <catch2/catch.hpp>

#include "support/death.hpp"
#include "support/driver.hpp"
#include "support/journal.hpp"
#include "task/task.hpp"

using namespace weir;
using task::Event;
using task::Task;
using test::Driver;
using test::Journal;
using test::Running;

// Everything that a coroutine here takes by reference outlives it: it belongs to the test.

namespace {

Task<> note_which(Event& first, Event& second, Journal& journal, int waits) {
  for (int i = 0; i < waits; ++i) {
    const std::size_t woken = co_await task::wait_either(first, second);
    journal.push_back(woken == 0 ? "first" : "second");
  }
}

struct TwoEvents {
  Driver driver;
  std::optional<Event> first{driver.run_queue};
  std::optional<Event> second{driver.run_queue};
  Journal journal;

  Task<> waits(int count = 1) { return note_which(*first, *second, journal, count); }
};

}  // namespace

TEST_CASE("a wait for either is ended by each of the two, through the run queue") {
  TwoEvents two;
  const bool second = GENERATE(false, true);
  const Running running(two.waits());
  CHECK(two.first->has_waiter());
  CHECK(two.second->has_waiter());
  (second ? *two.second : *two.first).signal();
  CHECK(two.journal.empty());
  CHECK(two.driver.settle() == 1);
  CHECK(two.journal == Journal{second ? "second" : "first"});
  CHECK(running.ended());
}

TEST_CASE("who waited for either waits for neither afterwards") {
  TwoEvents two;
  const bool second = GENERATE(false, true);
  const Running running(two.waits());
  (second ? *two.second : *two.first).signal();
  two.driver.settle();
  CHECK_FALSE(two.first->has_waiter());
  CHECK_FALSE(two.second->has_waiter());
  const Running again(two.waits());
  CHECK_FALSE(again.ended());
}

TEST_CASE("a remembered signal of either ends the wait at once, the first's before the second's") {
  TwoEvents two;
  two.second->signal();
  CHECK(Running(two.waits()).ended());
  two.first->signal();
  CHECK(Running(two.waits()).ended());
  two.second->signal();
  two.first->signal();
  CHECK(Running(two.waits(2)).ended());
  CHECK(two.journal == Journal{"second", "first", "first", "second"});
}

TEST_CASE("of two signals before the waiter's turn the one that came first counts, once") {
  TwoEvents two;
  const bool second = GENERATE(false, true);
  const Running running(two.waits(2));
  (second ? *two.second : *two.first).signal();
  (second ? *two.first : *two.second).signal();
  two.driver.settle();
  CHECK(two.journal == Journal{second ? "second" : "first"});
  CHECK_FALSE(running.ended());
  CHECK(two.first->has_waiter());
  CHECK(two.second->has_waiter());
}

TEST_CASE("a wait for either can be repeated") {
  TwoEvents two;
  const Running running(two.waits(4));
  for (const bool second : {false, true, true, false}) {
    (second ? *two.second : *two.first).signal();
    two.driver.settle();
  }
  CHECK(two.journal == Journal{"first", "second", "second", "first"});
  CHECK(running.ended());
}

TEST_CASE("a wait for either is cancelled before and after a signal") {
  TwoEvents two;
  const int signals = GENERATE(0, 1, 2);
  {
    Running cancelled(two.waits());
    if (signals > 0) two.second->signal();
    if (signals > 1) two.first->signal();
    cancelled.cancel();
  }
  CHECK_FALSE(two.first->has_waiter());
  CHECK_FALSE(two.second->has_waiter());
  CHECK(two.driver.settle() == 0);
  CHECK(two.journal.empty());
  const Running running(two.waits());
  two.first->signal();
  two.driver.settle();
  CHECK(two.journal == Journal{"first"});
}

TEST_CASE("an event may go while who waited for it or another is ready to run") {
  TwoEvents two;
  const bool cancelled = GENERATE(false, true);
  Running running(two.waits());
  two.second->signal();
  two.second.reset();
  if (cancelled) running.cancel();
  two.driver.settle();
  CHECK(two.journal == (cancelled ? Journal{} : Journal{"second"}));
}

TEST_CASE("the event that does not end the wait outlives it, too") {
  const std::string words = test::death_of([] {
    TwoEvents two;
    const Running running(two.waits());
    two.second->signal();
    two.first.reset();
  });
  CHECK_THAT(words, Catch::Contains("an Event outlives whoever waits for it"));
}
