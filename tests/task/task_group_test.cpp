#include "task/task_group.hpp"

#include <memory>
#include <optional>
#include <vector>

#include <catch2/catch.hpp>

#include "support/driver.hpp"
#include "support/journal.hpp"
#include "support/stack_span.hpp"

using namespace weir;
using task::Event;
using task::Task;
using task::TaskGroup;
using test::Driver;
using test::Journal;
using test::Note;
using test::Running;

// Everything that a coroutine here takes by reference outlives it: it belongs to the test.

namespace {

Task<> session(Event& event, Journal& journal, std::string name) {
  const Note local(journal, name);
  co_await event.wait();
  journal.push_back(name + " goes on");
}

Task<> at_once(Journal& journal) {
  journal.push_back("at once");
  co_return;
}

Task<> wait_for_all(TaskGroup& group, Journal& journal) {
  while (group.size() > 0) co_await group.task_ended().wait();
  journal.push_back("all ended");
}

struct Rig {
  std::int64_t frames() const { return Census::here().of(Kind::frame); }

  Driver driver;
  Event first{driver.run_queue}, second{driver.run_queue}, third{driver.run_queue};
  Journal journal;
  std::optional<TaskGroup> group{driver.run_queue};
};

}  // namespace

TEST_CASE("a spawned task runs up to its first wait, and on when it is woken") {
  Rig rig;
  rig.group->spawn(session(rig.first, rig.journal, "one"));
  CHECK(rig.group->size() == 1);
  CHECK(rig.first.has_waiter());
  rig.first.signal();
  rig.driver.settle();
  CHECK(rig.journal == Journal{"one goes on", "~one"});
  CHECK(rig.group->size() == 0);
}

TEST_CASE("a task that ends is freed at once, whether it waited or not") {
  Rig rig;
  rig.group->spawn(at_once(rig.journal));
  CHECK(rig.journal == Journal{"at once"});
  CHECK(rig.group->size() == 0);
  CHECK(rig.frames() == 0);

  rig.group->spawn(session(rig.first, rig.journal, "one"));
  rig.group->spawn(session(rig.second, rig.journal, "two"));
  CHECK(rig.frames() == 2);
  rig.first.signal();
  rig.driver.settle();
  CHECK(rig.frames() == 1);
}

TEST_CASE("a group tells of every end") {
  Rig rig;
  rig.group->spawn(session(rig.first, rig.journal, "one"));
  rig.group->spawn(session(rig.second, rig.journal, "two"));
  const Running waiter(wait_for_all(*rig.group, rig.journal));
  rig.second.signal();
  rig.driver.settle();
  CHECK_FALSE(waiter.ended());
  rig.first.signal();
  rig.driver.settle();
  CHECK(waiter.ended());
  CHECK(rig.journal.back() == "all ended");
}

TEST_CASE("a group that waits for nobody does not wait") {
  Rig rig;
  const Running waiter(wait_for_all(*rig.group, rig.journal));
  CHECK(waiter.ended());
}

TEST_CASE("a group that is destroyed cancels its tasks, oldest first") {
  Rig rig;
  rig.group->spawn(session(rig.first, rig.journal, "one"));
  rig.group->spawn(session(rig.second, rig.journal, "two"));
  rig.group->spawn(session(rig.third, rig.journal, "three"));
  rig.second.signal();  // on its way
  rig.group.reset();
  CHECK(rig.driver.settle() == 0);
  CHECK(rig.journal == Journal{"~one", "~two", "~three"});
}

TEST_CASE("cancel_all ends the wait for all, and the group may be used again") {
  Rig rig;
  rig.group->spawn(session(rig.first, rig.journal, "one"));
  const Running waiter(wait_for_all(*rig.group, rig.journal));
  rig.group->cancel_all();
  CHECK(rig.group->size() == 0);
  CHECK_FALSE(waiter.ended());  // through the run queue, like every wake-up
  rig.driver.settle();
  CHECK(waiter.ended());
  rig.group->spawn(session(rig.first, rig.journal, "two"));
  rig.first.signal();
  rig.driver.settle();
  CHECK(rig.journal == Journal{"~one", "all ended", "two goes on", "~two"});
}

TEST_CASE("a group may go while whoever waits for it is ready to run") {
  Rig rig;
  const auto wait_once = [](Event& event, Journal& journal) -> Task<> {
    co_await event.wait();
    journal.push_back("woken");
  };
  rig.group->spawn(session(rig.first, rig.journal, "one"));
  const Running waiter(wait_once(rig.group->task_ended(), rig.journal));
  rig.group.reset();
  rig.driver.settle();
  CHECK(rig.journal == Journal{"~one", "woken"});
}

namespace {

Task<> spawns_others(TaskGroup& group, Event& own, Event& other, Journal& journal) {
  group.spawn(at_once(journal));
  co_await own.wait();
  group.spawn(session(other, journal, "spawned"));
  group.spawn(at_once(journal));
}

}  // namespace

TEST_CASE("a task may spawn others into its own group, at its start and later") {
  Rig rig;
  rig.group->spawn(spawns_others(*rig.group, rig.first, rig.second, rig.journal));
  CHECK(rig.group->size() == 1);
  rig.first.signal();
  rig.driver.settle();
  CHECK(rig.group->size() == 1);
  rig.second.signal();
  rig.driver.settle();
  CHECK(rig.group->size() == 0);
  CHECK(rig.journal == Journal{"at once", "at once", "spawned goes on", "~spawned"});
}

namespace {

// Like a server that is destroyed by the end of something else that it does not own.
Task<> destroys(std::optional<TaskGroup>& group, Event& event) {
  co_await event.wait();
  group.reset();
}

}  // namespace

TEST_CASE("a group may be destroyed by a task that it does not own") {
  Rig rig;
  rig.group->spawn(session(rig.first, rig.journal, "one"));
  const Running killer(destroys(rig.group, rig.second));
  rig.second.signal();
  rig.first.signal();
  rig.driver.settle();
  CHECK(rig.journal == Journal{"~one"});
  CHECK(killer.ended());
}

TEST_CASE("groups may nest") {
  Rig rig;
  const auto serve = [](Rig& owner, Event& stop) -> Task<> {
    TaskGroup inner(owner.driver.run_queue);
    inner.spawn(session(owner.first, owner.journal, "one"));
    inner.spawn(session(owner.second, owner.journal, "two"));
    co_await stop.wait();
    owner.journal.push_back("stopped");
  };
  const bool cancelled = GENERATE(false, true);
  rig.group->spawn(serve(rig, rig.third));
  CHECK(rig.frames() == 3);
  if (cancelled) {
    rig.group->cancel_all();
    CHECK(rig.journal == Journal{"~one", "~two"});
  } else {
    rig.third.signal();
    rig.driver.settle();
    CHECK(rig.journal == Journal{"stopped", "~one", "~two"});
  }
  CHECK(rig.frames() == 0);
}

TEST_CASE("ten thousand tasks come and go in any order") {
  constexpr std::size_t kTasks = 10'000;
  Rig rig;
  std::vector<std::unique_ptr<Event>> events;
  for (std::size_t i = 0; i < kTasks; ++i) {
    events.push_back(std::make_unique<Event>(rig.driver.run_queue));
    rig.group->spawn(session(*events.back(), rig.journal, std::to_string(i)));
  }
  CHECK(rig.group->size() == kTasks);
  for (std::size_t i = 0; i < kTasks; ++i) events[i * 7919 % kTasks]->signal();
  CHECK(rig.driver.settle() == kTasks);
  CHECK(rig.group->size() == 0);
  CHECK(rig.frames() == 0);
  CHECK(rig.journal[2] == "7919 goes on");
}
