// Event::wait_until: a signal and a deadline, whichever comes first.

#include <optional>

#include <catch2/catch.hpp>

#include "support/driver.hpp"
#include "support/journal.hpp"
#include "task/event.hpp"
#include "task/task.hpp"

using namespace weir;
using namespace std::chrono_literals;
using task::Event;
using task::Task;
using task::Wakeup;
using test::Driver;
using test::Journal;
using test::Running;

// Everything that a coroutine here takes by reference outlives it: it belongs to the test.

namespace {

Task<> note_waits(Event& event, Driver& driver, Journal& journal, Duration wait, int waits = 1) {
  for (int i = 0; i < waits; ++i) {
    const TimePoint deadline = after(driver.timers.now(), wait);
    const Wakeup wakeup = co_await event.wait_until(driver.timers, deadline);
    journal.push_back(wakeup == Wakeup::signalled ? "signalled" : "timed out");
  }
}

struct Rig {
  void reach(Duration since_start) { driver.timers.advance_to(TimePoint{} + since_start); }
  bool at_rest() const {
    return driver.run_queue.empty() && driver.timers.size() == 0 && !event->has_waiter();
  }

  Driver driver;
  std::optional<Event> event{driver.run_queue};
  Journal journal;
};

}  // namespace

TEST_CASE("a wait with a deadline ends with the signal") {
  Rig rig;
  const Running running(note_waits(*rig.event, rig.driver, rig.journal, 1s));
  CHECK(rig.driver.timers.next_deadline() == TimePoint{} + 1s);
  rig.event->signal();
  rig.driver.settle();
  CHECK(rig.journal == Journal{"signalled"});
  CHECK(rig.at_rest());
}

TEST_CASE("a wait with a deadline ends at the deadline") {
  Rig rig;
  const Running running(note_waits(*rig.event, rig.driver, rig.journal, 1s));
  rig.driver.advance(1s - 1ns);
  CHECK(rig.journal.empty());
  rig.driver.advance(1ns);
  CHECK(rig.journal == Journal{"timed out"});
  CHECK(rig.at_rest());
}

TEST_CASE("a remembered signal wins over a deadline that has passed") {
  Rig rig;
  rig.event->signal();
  const Running running(note_waits(*rig.event, rig.driver, rig.journal, -1s));
  CHECK(rig.journal == Journal{"signalled"});
  CHECK(rig.at_rest());
}

TEST_CASE("a deadline that has passed ends the wait when time is next looked at") {
  Rig rig;
  const Running running(note_waits(*rig.event, rig.driver, rig.journal, -1s));
  CHECK(rig.journal.empty());
  CHECK(rig.driver.timers.next_deadline() == rig.driver.timers.now());
  rig.driver.advance(0s);
  CHECK(rig.journal == Journal{"timed out"});
}

TEST_CASE("a deadline of kNever sets no timer") {
  Rig rig;
  const Running running(note_waits(*rig.event, rig.driver, rig.journal, Duration::max()));
  CHECK(rig.driver.timers.size() == 0);
  rig.event->signal();
  rig.driver.settle();
  CHECK(rig.journal == Journal{"signalled"});
}

TEST_CASE("a signal that comes before the deadline counts, even if the waiter runs later") {
  Rig rig;
  const Running running(note_waits(*rig.event, rig.driver, rig.journal, 1s));
  rig.event->signal();
  rig.reach(1s);
  CHECK(rig.driver.settle() == 1);
  CHECK(rig.journal == Journal{"signalled"});
  CHECK(rig.at_rest());
}

TEST_CASE("a signal that comes after the deadline is remembered for the next wait") {
  Rig rig;
  const Running running(note_waits(*rig.event, rig.driver, rig.journal, 1s, 2));
  rig.reach(1s);
  CHECK_FALSE(rig.event->has_waiter());
  rig.event->signal();
  CHECK(rig.driver.settle() == 1);
  CHECK(rig.journal == Journal{"timed out", "signalled"});
  CHECK(rig.at_rest());
}

TEST_CASE("an event may go between its signal and the deadline, before the waiter runs") {
  Rig rig;
  const Running running(note_waits(*rig.event, rig.driver, rig.journal, 1s));
  rig.event->signal();
  rig.event.reset();
  rig.reach(1s);
  rig.driver.settle();
  CHECK(rig.journal == Journal{"signalled"});
}

TEST_CASE("an event may go between the deadline and the waiter's turn") {
  Rig rig;
  const Running running(note_waits(*rig.event, rig.driver, rig.journal, 1s));
  rig.reach(1s);
  rig.event.reset();
  rig.driver.settle();
  CHECK(rig.journal == Journal{"timed out"});
}

TEST_CASE("a wait with a deadline is cancelled in every state") {
  Rig rig;
  Running running(note_waits(*rig.event, rig.driver, rig.journal, 1s));
  SECTION("waiting") {}
  SECTION("signalled") { rig.event->signal(); }
  SECTION("timed out") { rig.reach(1s); }
  SECTION("signalled, then timed out") {
    rig.event->signal();
    rig.reach(1s);
  }
  SECTION("timed out, then signalled") {
    rig.reach(1s);
    rig.event->signal();
  }
  running.cancel();
  CHECK(rig.at_rest());
  rig.driver.advance(2s);
  CHECK(rig.journal.empty());
}

TEST_CASE("waits follow one another, each with a deadline of its own") {
  Rig rig;
  const Running running(note_waits(*rig.event, rig.driver, rig.journal, 1s, 4));
  rig.driver.advance(1500ms);  // timed out at 1 s
  rig.event->signal();         // at 1.5 s; the third waits until 2.5 s
  rig.driver.advance(999ms);
  CHECK(rig.journal == Journal{"timed out", "signalled"});
  rig.driver.advance(1ms);
  rig.event->signal();
  rig.driver.settle();
  CHECK(rig.journal == Journal{"timed out", "signalled", "timed out", "signalled"});
  CHECK(running.ended());
  CHECK(rig.at_rest());
}
