#include "real/asio_world.hpp"

#include <atomic>
#include <thread>

#include <catch2/catch.hpp>

#include "real/worlds.hpp"
#include "support/journal.hpp"
#include "task/race.hpp"

using namespace weir;
using namespace std::chrono_literals;
using task::Task;
using test::Journal;
using test::NoLog;
using test::OneWorld;

// What a coroutine here refers to outlives it: it belongs to the test.

namespace {

Task<> sleep(io::World& world, Duration wait) {
  co_await task::sleep_until(world.run_queue, world.timers, after(world.timers.now(), wait));
}

Task<> note_after(io::World& world, Duration wait, Journal& journal, std::string name) {
  co_await sleep(world, wait);
  journal.push_back(name);
}

Task<> stop_after(OneWorld& one, Duration wait) {
  co_await sleep(one.io(), wait);
  one.world.stop();
}

Task<> wait_for(task::Event& event) { co_await event.wait(); }

Task<> wait_until_readable(OneWorld& one, io::Stream& stream, TimePoint deadline,
                           task::Wakeup& wakeup) {
  wakeup = co_await stream.readable().wait_until(one.io().timers, deadline);
}

Task<> note_when(task::Event& event, Journal& journal, std::string name) {
  co_await event.wait();
  journal.push_back(name);
}

// Two of these keep the run queue from ever being empty.
Task<> pass_on(task::Event& from, task::Event& to, const bool& enough) {
  while (!enough) {
    to.signal();
    co_await from.wait();
  }
  to.signal();
}

Task<> set_after(io::World& world, Duration wait, bool& flag) {
  co_await sleep(world, wait);
  flag = true;
}

Task<> race_long_with_short(io::World& world, Journal& journal) {
  co_await task::race(sleep(world, 1h), note_after(world, 1ms, journal, "second"));
}

// Connects, waits until both flags are set, and then says that it is enough.
Task<> connect_and_see(OneWorld& one, bool& connected, const bool& flag, const bool& other_flag,
                       bool& enough) {
  test::Connected pair;
  co_await test::connect_pair(one, pair);
  connected = pair.server != nullptr;
  const TimePoint deadline = one.deadline();
  while ((!flag || !other_flag) && one.io().timers.now() < deadline) {
    co_await sleep(one.io(), 100us);
  }
  enough = true;
}

// Never signalled.
Task<> wait_noted(OneWorld& one, test::Note) {
  task::Event event(one.io().run_queue);
  co_await event.wait();
}

Task<> resolve(OneWorld& one) {
  const HostPort name{"localhost", 80};
  co_await one.io().resolver.resolve(name, one.deadline());
}

Task<> read_nothing(OneWorld& one) {
  test::Connected pair;
  co_await test::connect_pair(one, pair);
  if (pair.server != nullptr) co_await pair.server->readable().wait();
}

}  // namespace

TEST_CASE("a world without tasks has nothing to run") {
  OneWorld one;
  one.world.run();
  CHECK(one.world.tasks() == 0);
}

TEST_CASE("a task runs up to its first wait when it is spawned, and is gone when it has ended") {
  OneWorld one;
  Journal journal;
  one.world.spawn(note_after(one.io(), 0ns, journal, "at once"));
  CHECK(journal == Journal{"at once"});
  CHECK(one.world.tasks() == 0);
  one.world.spawn(note_after(one.io(), 1ms, journal, "later"));
  CHECK(one.world.tasks() == 1);
  one.world.run();
  CHECK(journal == Journal{"at once", "later"});
  CHECK(one.world.tasks() == 0);
}

TEST_CASE("timers fire in the order of their deadlines, whatever the order of setting") {
  OneWorld one;
  Journal journal;
  one.world.spawn(note_after(one.io(), 3ms, journal, "third"));
  one.world.spawn(note_after(one.io(), 1ms, journal, "first"));
  one.world.spawn(note_after(one.io(), 2ms, journal, "second"));
  one.world.run();
  CHECK(journal == Journal{"first", "second", "third"});
}

TEST_CASE("a timer never fires early, and time only goes forward") {
  OneWorld one;
  for (int i = 0; i < 5; ++i) {
    const TimePoint due = one.io().timers.now() + 1ms;
    one.run(sleep(one.io(), 1ms));
    CHECK(one.io().timers.now() >= due);
  }
}

TEST_CASE("a short wait that begins during a long one ends first") {
  OneWorld one;
  Journal journal;
  one.world.spawn(note_after(one.io(), 1ms, journal, "first"));
  one.world.run();
  one.run(race_long_with_short(one.io(), journal));
  CHECK(journal == Journal{"first", "second"});
}

TEST_CASE("the longest waits that there are do not end") {
  OneWorld one;
  one.world.spawn(sleep(one.io(), kNever - TimePoint()));
  one.world.spawn(sleep(one.io(), Duration::max() - 1h));
  one.world.spawn(sleep(one.io(), Duration::max() / 2));
  for (int i = 0; i < 3; ++i) {
    one.world.post([&] { one.world.stop(); });
    one.world.run();
    CHECK(one.world.tasks() == 3);
  }
}

TEST_CASE("a wait that is too long for the system's clock does not end either") {
  OneWorld one;
  one.world.spawn(
      sleep(one.io(), Duration::max() - 1ns - one.io().timers.now().time_since_epoch()));
  for (int i = 0; i < 3; ++i) {
    one.world.post([&] { one.world.stop(); });
    one.world.run();
    CHECK(one.world.tasks() == 1);
  }
}

TEST_CASE("stop ends run, and run goes on later") {
  OneWorld one;
  Journal journal;
  task::Event go(one.io().run_queue);
  one.world.spawn(note_when(go, journal, "after the stop"));
  one.world.spawn(stop_after(one, 1ms));
  one.world.run();
  CHECK(journal.empty());
  CHECK(one.world.tasks() == 1);
  go.signal();
  one.world.run();
  CHECK(journal == Journal{"after the stop"});
}

TEST_CASE("a world can be run again, and then sleeps and hears posts as before") {
  OneWorld one;
  one.world.run();  // nothing to do
  task::Event go(one.io().run_queue);
  one.world.post([&] { go.signal(); });
  one.run(wait_for(go));
  one.run(sleep(one.io(), 1ms));
  one.world.post([&] { go.signal(); });
  one.run(wait_for(go));
  CHECK(one.world.tasks() == 0);
}

TEST_CASE("bytes that came in time are in time, though the thread was held up until later") {
  OneWorld one;
  test::Connected pair;
  one.run(test::connect_pair(one, pair));
  REQUIRE(pair.server != nullptr);
  const TimePoint deadline = one.io().timers.now() + 50ms;
  one.world.post([&] {  // as a stopped process or a busy machine does it
    const ConstBytes bytes = as_bytes("x");
    pair.client->try_write(std::span(&bytes, 1));
    std::this_thread::sleep_for(100ms);
  });
  task::Wakeup wakeup = task::Wakeup::timed_out;
  one.run(wait_until_readable(one, *pair.server, deadline, wakeup));
  CHECK(wakeup == task::Wakeup::signalled);
  CHECK(one.io().timers.now() > deadline);
}

TEST_CASE("work that is posted before run is done by run, in order") {
  OneWorld one;
  Journal journal;
  task::Event go(one.io().run_queue);
  one.world.post([&] { journal.push_back("one"); });
  one.world.post([&] {
    journal.push_back("two");
    go.signal();
  });
  CHECK(journal.empty());
  one.run(wait_for(go));
  CHECK(journal == Journal{"one", "two"});
}

TEST_CASE("work that other threads post is all done, in the world's thread") {
  constexpr int kThreads = 4;
  constexpr int kPosts = 1000;
  OneWorld one;
  task::Event all_done(one.io().run_queue);
  int done = 0;  // not atomic: all of it happens in this thread
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&] {
      for (int j = 0; j < kPosts; ++j) {
        one.world.post([&] {
          if (++done == kThreads * kPosts) all_done.signal();
        });
      }
    });
  }
  one.run(wait_for(all_done));
  for (std::thread& thread : threads) thread.join();
  CHECK(done == kThreads * kPosts);
}

TEST_CASE("a post wakes a world that sleeps without a deadline") {
  OneWorld one;
  task::Event go(one.io().run_queue);
  std::atomic<bool> is_running = false;
  std::thread waker([&] {
    while (!is_running) std::this_thread::yield();
    one.world.post([&] { go.signal(); });
  });
  one.world.post([&] { is_running = true; });
  one.run(wait_for(go));
  waker.join();
  CHECK(one.world.tasks() == 0);
}

TEST_CASE("posted work can spawn tasks and stop the world") {
  OneWorld one;
  Journal journal;
  task::Event go(one.io().run_queue);
  one.world.spawn(note_when(go, journal, "spawned before"));
  one.world.post([&] {
    one.world.spawn(note_after(one.io(), 1ms, journal, "spawned by a post"));
    one.world.spawn(stop_after(one, 2ms));
  });
  one.world.run();
  CHECK(journal == Journal{"spawned by a post"});
  one.world.post([&] { go.signal(); });
  one.world.run();
  CHECK(journal == Journal{"spawned by a post", "spawned before"});
}

TEST_CASE("tasks that are always ready keep neither timers nor posts nor sockets waiting") {
  OneWorld one;
  bool timer_fired = false;
  bool post_ran = false;
  bool connected = false;
  bool enough = false;
  task::Event one_way(one.io().run_queue);
  task::Event the_other(one.io().run_queue);
  one.world.spawn(pass_on(one_way, the_other, enough));
  one.world.spawn(pass_on(the_other, one_way, enough));
  one.world.spawn(set_after(one.io(), 1ms, timer_fired));
  one.world.post([&] { post_ran = true; });
  one.run(connect_and_see(one, connected, timer_fired, post_ran, enough));
  CHECK(timer_fired);
  CHECK(post_ran);
  CHECK(connected);
}

TEST_CASE("a world that is destroyed cancels its tasks, whatever they wait for") {
  Journal journal;
  {
    OneWorld one;
    one.world.spawn(wait_noted(one, test::Note(journal, "waiter")));
    one.world.spawn(sleep(one.io(), 1h));
    one.world.spawn(resolve(one));
    one.world.spawn(read_nothing(one));
    one.run(stop_after(one, 5ms));
    one.world.post([&] { journal.push_back("posted too late"); });
    CHECK(one.world.tasks() >= 3);
  }
  CHECK(journal == Journal{"~waiter"});
}

TEST_CASE("the same seed gives the same random numbers, to each worker its own") {
  NoLog log;
  const auto first_number = [&log](std::uint64_t seed, std::size_t worker) {
    real::AsioWorldOptions options;
    options.seed = seed;
    options.worker = worker;
    real::AsioWorld world(log, options);
    return world.world().random.next();
  };
  CHECK(first_number(7, 0) == first_number(7, 0));
  CHECK(first_number(7, 0) != first_number(7, 1));
  CHECK(first_number(7, 0) != first_number(8, 0));
  CHECK(first_number(0, 0) != first_number(0, 0));
}

TEST_CASE("the wall clock is the system's") {
  OneWorld one;
  const auto before = std::chrono::system_clock::now();
  const auto ours = one.io().wall_clock.now();
  const auto later = std::chrono::system_clock::now();
  CHECK(ours >= before);
  CHECK(ours <= later);
}
