#include "task/run_queue.hpp"

#include <functional>
#include <memory>
#include <string>

#include <catch2/catch.hpp>

#include "support/journal.hpp"

using namespace weir;
using task::RunQueue;
using test::Journal;

namespace {

struct Step final : task::Runnable {
  Step(Journal& journal_given, std::string name_given)
      : journal(journal_given), name(std::move(name_given)) {}

  void run() override {
    journal.push_back(name);
    if (then) then();
  }

  Journal& journal;
  std::string name;
  std::function<void()> then;
};

struct CountingOwner final : RunQueue::Owner {
  void became_ready(RunQueue& queue) override {
    ++times;
    last = &queue;
  }
  int times = 0;
  RunQueue* last = nullptr;
};

}  // namespace

TEST_CASE("a run queue runs first what was scheduled first") {
  Journal journal;
  Step a(journal, "a"), b(journal, "b"), c(journal, "c");
  RunQueue queue;
  CHECK(queue.empty());
  for (Step* step : {&b, &a, &c}) queue.schedule(*step);
  CHECK_FALSE(queue.empty());
  CHECK(journal.empty());
  CHECK(queue.run(100) == 3);
  CHECK(journal == Journal{"b", "a", "c"});
  CHECK(queue.empty());
  CHECK(queue.run(100) == 0);
}

TEST_CASE("what is scheduled twice runs once, in its first place") {
  Journal journal;
  Step a(journal, "a"), b(journal, "b");
  RunQueue queue;
  queue.schedule(a);
  queue.schedule(b);
  queue.schedule(a);
  CHECK(queue.run(100) == 2);
  CHECK(journal == Journal{"a", "b"});
}

TEST_CASE("a turn is bounded, and the next one goes on where it stopped") {
  Journal journal;
  Step a(journal, "a"), b(journal, "b"), c(journal, "c");
  RunQueue queue;
  for (Step* step : {&a, &b, &c}) queue.schedule(*step);
  CHECK(queue.run(0) == 0);
  CHECK(queue.run(2) == 2);
  CHECK(journal == Journal{"a", "b"});
  CHECK(queue.run(2) == 1);
  CHECK(journal == Journal{"a", "b", "c"});
}

TEST_CASE("what becomes ready during a turn runs in that turn, behind the others") {
  Journal journal;
  RunQueue queue;
  Step a(journal, "a"), b(journal, "b"), c(journal, "c");
  a.then = [&] { queue.schedule(c); };
  queue.schedule(a);
  queue.schedule(b);
  CHECK(queue.run(100) == 3);
  CHECK(journal == Journal{"a", "b", "c"});
}

TEST_CASE("a step that schedules itself for ever does not outlast its turn") {
  Journal journal;
  RunQueue queue;
  Step a(journal, "a"), b(journal, "b");
  a.then = [&] { queue.schedule(a); };
  queue.schedule(a);
  queue.schedule(b);
  CHECK(queue.run(5) == 5);
  CHECK(journal == Journal{"a", "b", "a", "a", "a"});
}

TEST_CASE("what is destroyed does not run") {
  Journal journal;
  RunQueue queue;
  Step a(journal, "a"), c(journal, "c");
  auto b = std::make_unique<Step>(journal, "b");
  for (Step* step : {&a, b.get(), &c}) queue.schedule(*step);

  SECTION("before the turn") { b.reset(); }
  SECTION("by another step of the turn") {
    a.then = [&] { b.reset(); };
  }
  queue.run(100);
  CHECK(journal == Journal{"a", "c"});
}

TEST_CASE("a step may destroy itself") {
  Journal journal;
  RunQueue queue;
  auto a = std::make_unique<Step>(journal, "a");
  a->then = [&] {
    const auto now = std::move(a);
    journal.push_back("destroys itself");
  };
  queue.schedule(*a);
  CHECK(queue.run(100) == 1);
  CHECK(journal == Journal{"a", "destroys itself"});
}

TEST_CASE("a queue that is destroyed runs nothing and lets its steps go elsewhere") {
  Journal journal;
  Step a(journal, "a");
  {
    RunQueue queue;
    queue.schedule(a);
  }
  RunQueue other;
  other.schedule(a);
  other.run(100);
  CHECK(journal == Journal{"a"});
}

TEST_CASE("the owner of a queue is told each time it goes from empty to ready") {
  Journal journal;
  CountingOwner owner;
  RunQueue queue(owner);
  Step a(journal, "a"), b(journal, "b");
  CHECK(owner.times == 0);
  queue.schedule(a);
  CHECK(owner.times == 1);
  CHECK(owner.last == &queue);
  queue.schedule(b);
  queue.schedule(a);
  CHECK(owner.times == 1);

  queue.run(1);  // b is left: the queue was ready all the time
  queue.schedule(a);
  CHECK(owner.times == 1);

  queue.run(100);
  queue.schedule(a);
  CHECK(owner.times == 2);
}

TEST_CASE("the owner of a queue is told when its last step schedules another") {
  Journal journal;
  CountingOwner owner;
  RunQueue queue(owner);
  Step a(journal, "a"), b(journal, "b");
  a.then = [&] { queue.schedule(b); };
  queue.schedule(a);
  CHECK(queue.run(1) == 1);
  CHECK(owner.times == 2);
  CHECK_FALSE(queue.empty());
}
