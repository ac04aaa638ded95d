#include "task/alarm.hpp"

#include <catch2/catch.hpp>

#include "support/driver.hpp"
#include "support/journal.hpp"
#include "task/task.hpp"

using namespace weir;
using namespace std::chrono_literals;
using task::Alarm;
using task::Event;
using task::Task;
using test::Driver;
using test::Running;

// Everything that a coroutine here takes by reference outlives it: it belongs to the test.

namespace {

struct Two {
  Driver driver;
  Event first{driver.run_queue};
  Event second{driver.run_queue};
  Alarm alarm{driver.run_queue, driver.timers};
};

Task<Alarm::Woken> wait_for_both(Two& two) {
  two.alarm.watch(two.first);
  two.alarm.watch(two.second);
  const Alarm::Woken woken = co_await two.alarm.wait();
  co_return woken;
}

}  // namespace

TEST_CASE("an alarm tells which of its events was signalled") {
  Two two;
  Running running(wait_for_both(two));
  two.second.signal();
  CHECK_FALSE(running.ended());
  two.driver.settle();
  REQUIRE(running.ended());
  const Alarm::Woken woken = running.take();
  CHECK_FALSE(woken.by(0));
  CHECK(woken.by(1));
  CHECK_FALSE(woken.timed_out);
  CHECK_FALSE(two.first.has_waiter());
}

TEST_CASE("an alarm tells of all events that were signalled in a turn, and keeps none of them") {
  Two two;
  Running running(wait_for_both(two));
  two.first.signal();
  two.second.signal();
  two.driver.settle();
  const Alarm::Woken woken = running.take();
  CHECK(woken.by(0));
  CHECK(woken.by(1));
  Running again(wait_for_both(two));
  two.driver.settle();
  CHECK_FALSE(again.ended());
}

TEST_CASE("an alarm wakes at once for a signal that was remembered") {
  Two two;
  two.first.signal();
  Running running(wait_for_both(two));
  two.driver.settle();
  REQUIRE(running.ended());
  CHECK(running.take().by(0));
}

TEST_CASE("an alarm wakes at its deadline, not before it") {
  Two two;
  two.alarm.set_deadline(two.driver.timers.now() + 10ms);
  Running running(wait_for_both(two));
  two.driver.advance(9ms);
  CHECK_FALSE(running.ended());
  two.driver.advance(1ms);
  REQUIRE(running.ended());
  CHECK(running.take().timed_out);
}

TEST_CASE("an alarm whose deadline moves away waits for the later one, with one timer") {
  Two two;
  two.alarm.set_deadline(two.driver.timers.now() + 10ms);
  Running running(wait_for_both(two));
  for (int i = 0; i < 100; ++i) {
    two.driver.advance(1ms);
    two.alarm.set_deadline(two.driver.timers.now() + 10ms);
  }
  CHECK_FALSE(running.ended());
  CHECK(two.driver.timers.size() == 1);
  CHECK(two.driver.timers.fired() <= 11);
  two.driver.advance(10ms);
  CHECK(running.ended());
}

TEST_CASE("an alarm whose deadline moves nearer rings at the nearer one") {
  Two two;
  two.alarm.set_deadline(two.driver.timers.now() + 1h);
  Running running(wait_for_both(two));
  two.alarm.set_deadline(two.driver.timers.now() + 1ms);
  two.driver.advance(1ms);
  CHECK(running.ended());
}

TEST_CASE("a deadline that has passed ends each wait until it is moved") {
  Two two;
  two.alarm.set_deadline(two.driver.timers.now());
  for (int i = 0; i < 2; ++i) {
    Running running(wait_for_both(two));
    two.driver.settle();
    REQUIRE(running.ended());
    CHECK(running.take().timed_out);
  }
  two.alarm.set_deadline(kNever);
  Running running(wait_for_both(two));
  two.driver.advance(1h);
  CHECK_FALSE(running.ended());
}

TEST_CASE("a wait for an alarm that is cancelled leaves nothing behind") {
  Two two;
  two.alarm.set_deadline(two.driver.timers.now() + 1ms);
  {
    Running running(wait_for_both(two));
    two.first.signal();  // on its way when it is cancelled
    running.cancel();
  }
  CHECK(two.driver.settle() == 0);
  CHECK_FALSE(two.second.has_waiter());
  two.driver.advance(1ms);
  Running running(wait_for_both(two));
  two.driver.settle();
  CHECK(running.take().timed_out);
}

TEST_CASE("an event with a waiter attached schedules it once for each signal") {
  struct Count final : task::Runnable {
    int runs = 0;
    void run() override { ++runs; }
  };
  Driver driver;
  Event event(driver.run_queue);
  Count count;
  event.attach(count);
  CHECK(event.is_attached(count));
  event.signal();
  event.signal();
  driver.settle();
  CHECK(count.runs == 1);
  event.attach(count);  // the second signal was remembered
  driver.settle();
  CHECK(count.runs == 2);
  event.attach(count);
  event.detach(count);
  event.signal();
  driver.settle();
  CHECK(count.runs == 2);
}
