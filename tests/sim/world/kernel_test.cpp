#include "sim/world/kernel.hpp"

#include <functional>

#include <catch2/catch.hpp>

#include "support/death.hpp"
#include "support/journal.hpp"

using namespace weir;
using namespace weir::sim;
using weir::test::Journal;
using namespace std::chrono_literals;

namespace {

struct Alarm : task::Timer {
  explicit Alarm(std::function<void()> what) : action(std::move(what)) {}
  void fire() override { action(); }
  std::function<void()> action;
};

struct Step : task::Runnable {
  explicit Step(std::function<void()> what) : action(std::move(what)) {}
  void run() override { action(); }
  std::function<void()> action;
};

}  // namespace

TEST_CASE("time jumps from event to event") {
  Kernel kernel(1);
  std::vector<TimePoint> at;
  Alarm first([&] { at.push_back(kernel.now()); });
  Alarm second([&] { at.push_back(kernel.now()); });
  kernel.timers().set(second, TimePoint(24h));
  kernel.timers().set(first, TimePoint(1ns));
  kernel.run_until(kNever);
  CHECK(at == std::vector<TimePoint>{TimePoint(1ns), TimePoint(24h)});
  CHECK(kernel.now() == TimePoint(24h));
  CHECK(kernel.events() == 2);
}

TEST_CASE("run_until includes what happens at its end and nothing later") {
  Kernel kernel(1);
  Journal journal;
  Alarm at_end([&] { journal.push_back("at"); });
  Alarm later([&] { journal.push_back("later"); });
  kernel.timers().set(at_end, TimePoint(1s));
  kernel.timers().set(later, TimePoint(1s + 1ns));
  kernel.run_until(TimePoint(1s));
  CHECK(journal == Journal{"at"});
  CHECK(kernel.now() == TimePoint(1s));
}

TEST_CASE("when nothing is left to happen time jumps to the end of run_until") {
  Kernel kernel(1);
  kernel.run_until(TimePoint(1h));
  CHECK(kernel.now() == TimePoint(1h));
  kernel.run_until(kNever);
  CHECK(kernel.now() == TimePoint(1h));
}

TEST_CASE("what is ready runs before time moves on") {
  Kernel kernel(1);
  task::RunQueue queue(kernel);
  Journal journal;
  Alarm alarm([&] { journal.push_back("timer"); });
  Step second([&] { journal.push_back("second"); });
  Step first([&] {
    journal.push_back("first");
    queue.schedule(second);
  });
  kernel.timers().set(alarm, kernel.now());
  queue.schedule(first);
  kernel.run_until(TimePoint(1s));
  CHECK(journal == Journal{"first", "second", "timer"});
}

TEST_CASE("a program that spins is given up, and nothing runs after it") {
  Kernel kernel(1);
  task::RunQueue queue(kernel);
  const bool by_timer = GENERATE(false, true);
  std::function<void()> again;
  Alarm alarm([&] { again(); });
  Step step([&] { again(); });
  again = [&] {
    if (by_timer)
      kernel.timers().set(alarm, kernel.now());
    else
      queue.schedule(step);
  };
  again();
  kernel.run_until(TimePoint(1s));
  CHECK(kernel.has_spun());
  CHECK(kernel.now() == TimePoint());
  const std::uint64_t events = kernel.events();
  CHECK(events <= Kernel::kEventsPerInstantMax + Kernel::kStepsPerTurn + 1);
  kernel.run_until(TimePoint(2s));
  CHECK(kernel.events() == events);
  CHECK(kernel.now() == TimePoint());
}

TEST_CASE("many events are no spin while time moves on") {
  Kernel kernel(1);
  std::uint64_t left = Kernel::kEventsPerInstantMax + 10;
  Alarm alarm([&] {
    if (--left > 0) kernel.timers().set(alarm, kernel.now() + (left % 2) * 1ns);
  });
  kernel.timers().set(alarm, kernel.now());
  kernel.run_until(TimePoint(1h));
  CHECK_FALSE(kernel.has_spun());
  CHECK(left == 0);
}

TEST_CASE("queues are served in the order in which they became ready") {
  Kernel kernel(1);
  task::RunQueue a(kernel);
  task::RunQueue b(kernel);
  task::RunQueue c(kernel);
  Journal journal;
  Step of_a([&] { journal.push_back("a"); });
  Step of_b([&] {
    journal.push_back("b");
    a.schedule(of_a);
  });
  Step of_c([&] { journal.push_back("c"); });
  b.schedule(of_b);
  c.schedule(of_c);
  kernel.run_until(TimePoint(1s));
  CHECK(journal == Journal{"b", "c", "a"});
}

TEST_CASE("a queue that never empties gives way to the others after its turn") {
  Kernel kernel(1);
  task::RunQueue greedy(kernel);
  task::RunQueue modest(kernel);
  std::size_t steps = 0;
  std::size_t steps_before = 0;
  Step again([&] {
    if (++steps < 3 * Kernel::kStepsPerTurn) greedy.schedule(again);
  });
  Step once([&] { steps_before = steps; });
  greedy.schedule(again);
  modest.schedule(once);
  kernel.run_until(TimePoint(1s));
  CHECK(steps_before == Kernel::kStepsPerTurn);
  CHECK(steps == 3 * Kernel::kStepsPerTurn);
}

TEST_CASE("a paused queue keeps what becomes ready until it is resumed") {
  Kernel kernel(1);
  task::RunQueue queue(kernel);
  Journal journal;
  Step before([&] { journal.push_back("before"); });
  Step during([&] { journal.push_back("during"); });
  queue.schedule(before);
  kernel.set_paused(queue, true);
  queue.schedule(during);
  kernel.run_until(TimePoint(1s));
  CHECK(journal.empty());
  kernel.set_paused(queue, false);
  kernel.run_until(TimePoint(1s));
  CHECK(journal == Journal{"before", "during"});
  kernel.forget(queue);
}

TEST_CASE("a step that pauses its own queue is the last one") {
  Kernel kernel(1);
  task::RunQueue queue(kernel);
  Journal journal;
  Step first([&] {
    journal.push_back("first");
    kernel.set_paused(queue, true);
  });
  Step second([&] { journal.push_back("second"); });
  queue.schedule(first);
  queue.schedule(second);
  kernel.run_until(TimePoint(1s));
  CHECK(journal == Journal{"first"});
  kernel.set_paused(queue, false);
  kernel.run_until(TimePoint(2s));
  CHECK(journal == Journal{"first", "second"});
}

TEST_CASE("a step that pauses and resumes its own queue changes nothing") {
  Kernel kernel(1);
  task::RunQueue queue(kernel);
  Journal journal;
  Step second([&] { journal.push_back("second"); });
  Step first([&] {
    kernel.set_paused(queue, true);
    queue.schedule(second);
    kernel.set_paused(queue, false);
    journal.push_back("first");
  });
  queue.schedule(first);
  kernel.run_until(TimePoint(1s));
  CHECK(journal == Journal{"first", "second"});
}

TEST_CASE("stop ends the run after the current step and the next run goes on from there") {
  Kernel kernel(1);
  task::RunQueue queue(kernel);
  Journal journal;
  Step first([&] {
    journal.push_back("first");
    kernel.stop();
  });
  Step second([&] { journal.push_back("second"); });
  queue.schedule(first);
  queue.schedule(second);
  kernel.run_until(TimePoint(1s));
  CHECK(journal == Journal{"first"});
  CHECK(kernel.now() == TimePoint());
  kernel.run_until(TimePoint(1s));
  CHECK(journal == Journal{"first", "second"});
  CHECK(kernel.now() == TimePoint(1s));
}

TEST_CASE("random streams differ by seed, purpose and entity, and only by them") {
  Kernel kernel(1);
  Kernel other(2);
  const std::uint64_t first = kernel.random("jitter", 1).next();
  CHECK(kernel.random("jitter", 1).next() == first);
  CHECK(kernel.random("jitter", 2).next() != first);
  CHECK(kernel.random("loss", 1).next() != first);
  CHECK(other.random("jitter", 1).next() != first);
}

TEST_CASE("a broken invariant names the seed and the virtual time") {
  const std::string words = weir::test::death_of([] {
    Kernel kernel(42);
    kernel.run_until(TimePoint(1500ms));
    ASSERT(kernel.now() == TimePoint(), "time stands still");
  });
  CHECK_THAT(words, Catch::Contains("seed 42, virtual time 1.500000000 s"));
}

TEST_CASE("a program that runs the world that it is part of is a broken invariant") {
  const std::string words = weir::test::death_of([] {
    Kernel kernel(1);
    task::RunQueue queue(kernel);
    Step step([&] { kernel.run_until(kNever); });
    queue.schedule(step);
    kernel.run_until(TimePoint(1s));
  });
  CHECK_THAT(words, Catch::Contains("a program does not run the world"));
}
