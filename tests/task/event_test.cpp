#include "task/event.hpp"

#include <optional>

#include <catch2/catch.hpp>

#include "support/death.hpp"
#include "support/driver.hpp"
#include "support/journal.hpp"
#include "task/task.hpp"

using namespace weir;
using namespace std::chrono_literals;
using task::Event;
using task::Task;
using test::Driver;
using test::Journal;
using test::Running;

// Everything that a coroutine here takes by reference outlives it: it belongs to the test.

namespace {

Task<> note_waits(Event& event, Journal& journal, std::string name, int waits) {
  for (int i = 0; i < waits; ++i) {
    co_await event.wait();
    journal.push_back(name);
  }
}

Task<> note_turns(Driver& driver, Journal& journal, std::string name, int turns) {
  for (int i = 0; i < turns; ++i) {
    journal.push_back(name);
    co_await task::yield(driver.run_queue);
  }
}

Task<> note_sleep(Driver& driver, Journal& journal, std::string name, Duration wait) {
  co_await task::sleep_until(driver.run_queue, driver.timers, driver.timers.now() + wait);
  journal.push_back(name);
}

}  // namespace

TEST_CASE("a signal wakes the waiter through the run queue, never inline") {
  Driver driver;
  Event event(driver.run_queue);
  Journal journal;
  const Running running(note_waits(event, journal, "woken", 1));
  CHECK(event.has_waiter());
  event.signal();
  CHECK(journal.empty());
  CHECK_FALSE(event.has_waiter());
  CHECK(driver.settle() == 1);
  CHECK(journal == Journal{"woken"});
  CHECK(running.ended());
}

TEST_CASE("a signal without waiter is remembered") {
  Driver driver;
  Event event(driver.run_queue);
  Journal journal;
  event.signal();
  CHECK(driver.run_queue.empty());
  const Running running(note_waits(event, journal, "did not wait", 1));
  CHECK(running.ended());
}

TEST_CASE("signals without waiter are remembered once") {
  Driver driver;
  Event event(driver.run_queue);
  Journal journal;
  for (int i = 0; i < 3; ++i) event.signal();
  const Running running(note_waits(event, journal, "woken", 2));
  CHECK(journal == Journal{"woken"});
  driver.settle();
  CHECK(event.has_waiter());
  event.signal();
  driver.settle();
  CHECK(running.ended());
}

TEST_CASE("a signal to a waiter that is woken already makes its next wait return at once") {
  Driver driver;
  Event event(driver.run_queue);
  Journal journal;
  const Running running(note_waits(event, journal, "woken", 2));
  event.signal();
  event.signal();
  CHECK(driver.settle() == 1);
  CHECK(journal == Journal{"woken", "woken"});
  CHECK(running.ended());
}

TEST_CASE("waiters of several events go on in the order of the signals") {
  Driver driver;
  Event first(driver.run_queue), second(driver.run_queue);
  Journal journal;
  const Running a(note_waits(first, journal, "first", 1));
  const Running b(note_waits(second, journal, "second", 1));
  second.signal();
  first.signal();
  driver.settle();
  CHECK(journal == Journal{"second", "first"});
}

TEST_CASE("a waiter that is cancelled makes room for another") {
  Driver driver;
  Event event(driver.run_queue);
  Journal journal;
  {
    Running cancelled(note_waits(event, journal, "cancelled", 1));
    cancelled.cancel();
    CHECK_FALSE(event.has_waiter());
  }
  const Running running(note_waits(event, journal, "second", 1));
  event.signal();
  driver.settle();
  CHECK(journal == Journal{"second"});
}

TEST_CASE("a signal that was on its way to a cancelled waiter is gone") {
  Driver driver;
  Event event(driver.run_queue);
  Journal journal;
  Running cancelled(note_waits(event, journal, "cancelled", 1));
  event.signal();
  cancelled.cancel();
  CHECK(driver.settle() == 0);
  const Running running(note_waits(event, journal, "second", 1));
  CHECK(event.has_waiter());
  CHECK(journal.empty());
}

TEST_CASE("an event may go while its waiter is ready to run") {
  Driver driver;
  std::optional<Event> event(driver.run_queue);
  Journal journal;
  const bool cancelled = GENERATE(false, true);
  Running running(note_waits(*event, journal, "woken", 1));
  event->signal();
  event.reset();
  if (cancelled) running.cancel();
  driver.settle();
  CHECK(journal == (cancelled ? Journal{} : Journal{"woken"}));
}

TEST_CASE("one coroutine at a time waits for an event") {
  const std::string words = test::death_of([] {
    Driver driver;
    Event event(driver.run_queue);
    Journal journal;
    const Running a(note_waits(event, journal, "a", 1));
    const Running b(note_waits(event, journal, "b", 1));
  });
  CHECK_THAT(words, Catch::Contains("one coroutine at a time"));
}

TEST_CASE("an event outlives whoever waits for it") {
  const std::string words = test::death_of([] {
    Driver driver;
    std::optional<Event> event(driver.run_queue);
    Journal journal;
    const Running running(note_waits(*event, journal, "a", 1));
    event.reset();
  });
  CHECK_THAT(words, Catch::Contains("an Event outlives whoever waits for it"));
}

TEST_CASE("sleepers wake in the order of their deadlines") {
  Driver driver;
  Journal journal;
  const Running late(note_sleep(driver, journal, "late", 2s));
  const Running early(note_sleep(driver, journal, "early", 1s));
  const Running same(note_sleep(driver, journal, "same", 1s));
  driver.advance(1s - 1ns);
  CHECK(journal.empty());
  driver.advance(1ns);
  CHECK(journal == Journal{"early", "same"});
  driver.advance(1s);
  CHECK(journal == Journal{"early", "same", "late"});
}

TEST_CASE("sleeping until a time that has come is no wait") {
  Driver driver;
  Journal journal;
  const Running now(note_sleep(driver, journal, "now", 0s));
  const Running past(note_sleep(driver, journal, "past", -1s));
  CHECK(journal == Journal{"now", "past"});
}

TEST_CASE("a sleeper is cancelled before and after its time has come") {
  Driver driver;
  Journal journal;
  Running running(note_sleep(driver, journal, "woken", 1s));
  const bool time_came = GENERATE(false, true);
  if (time_came) driver.timers.advance_to(driver.timers.now() + 1s);
  CHECK(driver.run_queue.empty() != time_came);
  running.cancel();
  CHECK(driver.run_queue.empty());
  CHECK(driver.timers.size() == 0);
  driver.advance(2s);
  CHECK(journal.empty());
}

TEST_CASE("a coroutine that yields lets run what is ready, and goes on in its next turn") {
  Driver driver;
  Journal journal;
  const Running a(note_turns(driver, journal, "a", 3));
  const Running b(note_turns(driver, journal, "b", 1));
  CHECK(journal == Journal{"a", "b"});
  CHECK(driver.run_queue.run(2) == 2);
  CHECK(journal == Journal{"a", "b", "a"});
  CHECK(b.ended());
  driver.settle();
  CHECK(journal == Journal{"a", "b", "a", "a"});
  CHECK(a.ended());
}

TEST_CASE("a coroutine that yielded is cancelled before its next turn") {
  Driver driver;
  Journal journal;
  {
    const Running running(note_turns(driver, journal, "a", 3));
    CHECK_FALSE(driver.run_queue.empty());
  }
  CHECK(driver.settle() == 0);
  CHECK(journal == Journal{"a"});
}
