// Cancelling: a Task that is destroyed runs destructors, in the order in which the code would have,
// and nothing else; at whatever point it is.

#include <catch2/catch.hpp>

#include "support/driver.hpp"
#include "support/journal.hpp"
#include "task/event.hpp"
#include "task/task.hpp"

using namespace weir;
using task::Event;
using task::Task;
using test::Driver;
using test::Journal;
using test::Note;
using test::Running;

// Everything that a coroutine here takes by reference outlives it: it belongs to the test.

namespace {

Task<> three_waits(Event& event, Journal& journal, Note) {
  const Note outer(journal, "outer");
  co_await event.wait();
  journal.push_back("1");
  {
    const Note inner(journal, "inner");
    co_await event.wait();
    journal.push_back("2");
  }
  const Note last(journal, "last");
  co_await event.wait();
  journal.push_back("3");
}

Task<> child(Event& event, Journal& journal, Note) {
  const Note local(journal, "child's local");
  co_await event.wait();
  journal.push_back("child goes on");
}

Task<> parent(Event& event, Journal& journal) {
  const Note local(journal, "parent's local");
  Note argument(journal, "child's parameter");
  co_await child(event, journal, std::move(argument));
  journal.push_back("parent goes on");
}

struct Session {
  Event& event;
  Journal& journal;

  Task<> run() {
    const Note local(journal, "member's local");
    co_await event.wait();
    journal.push_back("member goes on");
  }
};

}  // namespace

TEST_CASE("a task that is destroyed before it starts frees its parameters and runs nothing") {
  Driver driver;
  Event event(driver.run_queue);
  Journal journal;
  {
    const Task<> task = three_waits(event, journal, Note(journal, "parameter"));
    CHECK(journal.empty());
  }
  CHECK(journal == Journal{"~parameter"});
}

TEST_CASE("a task that is destroyed while it waits runs the destructors of what is in scope") {
  Driver driver;
  Event event(driver.run_queue);
  Journal journal;
  const auto [steps, expected] = GENERATE(table<int, Journal>({
      {0, {"~outer", "~parameter"}},
      {1, {"1", "~inner", "~outer", "~parameter"}},
      {2, {"1", "2", "~inner", "~last", "~outer", "~parameter"}},
      {3, {"1", "2", "~inner", "3", "~last", "~outer", "~parameter"}},
  }));
  {
    const Running running(three_waits(event, journal, Note(journal, "parameter")));
    for (int i = 0; i < steps; ++i) {
      event.signal();
      driver.settle();
    }
    CHECK(running.ended() == (steps == 3));
  }
  CHECK(journal == expected);
}

TEST_CASE("a task that is destroyed between signal and resumption never goes on") {
  Driver driver;
  Event event(driver.run_queue);
  Journal journal;
  {
    const Running running(three_waits(event, journal, Note(journal, "parameter")));
    event.signal();
    CHECK_FALSE(driver.run_queue.empty());
  }
  CHECK(driver.run_queue.empty());
  driver.settle();
  CHECK(journal == Journal{"~outer", "~parameter"});
}

TEST_CASE("a child that waits is destroyed before its parent's locals") {
  Driver driver;
  Event event(driver.run_queue);
  Journal journal;
  {
    Running running(parent(event, journal));
    CHECK(Census::here().of(Kind::frame) == 2);
    running.cancel();
    CHECK(Census::here().of(Kind::frame) == 0);
  }
  CHECK(journal == Journal{"~child's local", "~child's parameter", "~parent's local"});
}

TEST_CASE("a child that ends is destroyed before its parent goes on to the next statement") {
  Driver driver;
  Event event(driver.run_queue);
  Journal journal;
  const Running running(parent(event, journal));
  event.signal();
  driver.settle();
  CHECK(running.ended());
  CHECK(journal == Journal{"child goes on", "~child's local", "~child's parameter",
                           "parent goes on", "~parent's local"});
}

TEST_CASE("locals go when the code ends, parameters when the task is destroyed") {
  Driver driver;
  Event event(driver.run_queue);
  Journal journal;
  Running running(child(event, journal, Note(journal, "parameter")));
  event.signal();
  driver.settle();
  CHECK(running.ended());
  CHECK(journal == Journal{"child goes on", "~child's local"});
  running.cancel();
  CHECK(journal.back() == "~parameter");
}

TEST_CASE("a member function may be a task") {
  Driver driver;
  Event event(driver.run_queue);
  Journal journal;
  Session session{event, journal};
  {
    const Running cancelled(session.run());
  }
  CHECK(journal == Journal{"~member's local"});
  const Running running(session.run());
  event.signal();
  driver.settle();
  CHECK(journal == Journal{"~member's local", "member goes on", "~member's local"});
}

namespace {

Task<> owns(Task<> task, Event& event) {
  co_await event.wait();
  co_await std::move(task);
}

}  // namespace

TEST_CASE("a task that owns another destroys it, started or not") {
  Driver driver;
  Event owner_waits(driver.run_queue), owned_waits(driver.run_queue);
  Journal journal;
  const bool started = GENERATE(false, true);
  {
    Task<> owned = child(owned_waits, journal, Note(journal, "parameter"));
    const Running running(owns(std::move(owned), owner_waits));
    if (started) owner_waits.signal();
    driver.settle();
  }
  const Journal after_start = {"~child's local", "~parameter"};
  CHECK(journal == (started ? after_start : Journal{"~parameter"}));
}

namespace {

// Destroyed with the coroutine it is a local of, it destroys another one that waits.
struct Canceller {
  ~Canceller() { victim.cancel(); }
  Task<>& victim;
};

Task<> cancels_at_its_end(Event& event, Task<>& victim) {
  const Canceller canceller{victim};
  co_await event.wait();
}

}  // namespace

TEST_CASE("a task may cancel another one that is ready to run") {
  Driver driver;
  Event first(driver.run_queue), second(driver.run_queue);
  Journal journal;
  Task<> victim = child(second, journal, Note(journal, "parameter"));
  victim.start([](void*) {}, nullptr);
  const Running running(cancels_at_its_end(first, victim));
  first.signal();
  second.signal();
  driver.settle();
  CHECK(running.ended());
  CHECK(journal == Journal{"~child's local", "~parameter"});
}
