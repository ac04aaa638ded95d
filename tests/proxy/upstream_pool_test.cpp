#include "proxy/upstream_pool.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck/catch.h>

#include "io/pipe.hpp"
#include "proxy/pipe_world.hpp"
#include "support/faulty_stream.hpp"

using namespace std::chrono_literals;
using namespace weir;
using namespace weir::proxy;
using namespace weir::test;

namespace {

struct Rig {
  explicit Rig(PoolOptions options = {}, std::size_t backends = 2)
      : pool(driver.run_queue, driver.timers, options, backends) {}

  // A lease with a connection whose far end is far.back().
  Lease connected(std::uint32_t backend = 0, Faults faults = {}) {
    auto lease = pool.try_lease(backend);
    REQUIRE(lease);
    REQUIRE_FALSE(lease->is_connected());
    auto [near, other] = io::make_pipe(driver.run_queue, 100);
    lease->connected(std::make_unique<FaultyStream>(std::move(near), faults));
    far.push_back(std::move(other));
    return std::move(*lease);
  }
  // As many idle connections, the last one used last.
  void keep_idle(std::size_t count, std::uint32_t backend = 0) {
    std::vector<Lease> leases;
    for (std::size_t i = 0; i < count; ++i) leases.push_back(connected(backend));
    for (Lease& lease : leases) pool.give_back(std::move(lease));
  }
  bool is_closed(std::size_t index) {
    driver.settle();
    return status_now(*far.at(index)) != io::IoStatus::would_block;
  }
  task::Task<Result<Lease>> wait(std::uint32_t backend = 0, Duration patience = 5s) {
    return pool.wait_for_lease(backend, driver.timers.now() + patience);
  }

  Driver driver;
  std::vector<std::unique_ptr<io::Stream>> far;
  UpstreamPool pool;
};

using Waiting = Running<Result<Lease>>;

}  // namespace

TEST_CASE("the connection that was used last is used first") {
  Rig rig;
  rig.keep_idle(3);
  CHECK(rig.pool.idle() == 3);
  auto lease = rig.pool.try_lease(0);
  REQUIRE(lease->is_connected());
  CHECK(lease->is_reused());
  write_now(lease->stream(), "x");
  CHECK(read_now(*rig.far[2]) == "x");
  CHECK(rig.pool.counters().reused == 1);
  CHECK(rig.pool.open(0) == 3);
}

TEST_CASE("idle connections are of one backend only") {
  Rig rig;
  rig.keep_idle(1, 0);
  auto other = rig.pool.try_lease(1);
  CHECK_FALSE(other->is_connected());
  CHECK(rig.pool.open(0) == 1);
  CHECK(rig.pool.open(1) == 1);
}

TEST_CASE("a lease that goes closes its connection and is no longer counted") {
  Rig rig;
  {
    const Lease lease = rig.connected();
    CHECK(rig.pool.open(0) == 1);
  }
  CHECK(rig.pool.open(0) == 0);
  CHECK(rig.is_closed(0));
}

TEST_CASE("a lease counts once however often it is moved") {
  Rig rig({.connections_max = 2});
  Lease first = rig.connected();
  Lease second = std::move(first);
  CHECK(rig.pool.open(0) == 1);
  Lease third = rig.connected();
  third = std::move(second);
  CHECK(rig.pool.open(0) == 1);
  CHECK(rig.is_closed(1));
  rig.pool.give_back(std::move(third));
  CHECK(rig.pool.open(0) == 1);
  CHECK(rig.pool.idle() == 1);
}

TEST_CASE("an idle connection that ends, or on which something unasked comes, is closed") {
  const int what = GENERATE(0, 1, 2);
  Rig rig;
  rig.keep_idle(2);
  if (what == 0) rig.far[1]->shutdown_write();
  if (what == 1) rig.far[1]->abort();
  if (what == 2) write_now(*rig.far[1], "HTTP/1.1 408 Request Timeout\r\n\r\n");
  const bool before_the_pool_ran = GENERATE(true, false);
  if (!before_the_pool_ran) rig.driver.settle();
  auto lease = rig.pool.try_lease(0);
  write_now(lease->stream(), "x");
  CHECK(read_now(*rig.far[0]) == "x");
  CHECK(rig.pool.counters().dropped == 1);
  CHECK(rig.pool.open(0) == 1);
  CHECK(rig.pool.idle() == 0);
}

TEST_CASE("a spurious wake-up does not cost an idle connection") {
  Rig rig;
  rig.pool.give_back(rig.connected(0, {.fail_at = 0, .status = io::IoStatus::would_block}));
  auto lease = rig.pool.try_lease(0);
  REQUIRE(lease->is_connected());
  rig.pool.give_back(std::move(*lease));
  write_now(*rig.far[0], "x");  // the read that looks at it is the one that only seems to block
  rig.driver.settle();
  CHECK(rig.pool.idle() == 0);  // it looked again
}

TEST_CASE("an idle connection goes after the idle timeout, the oldest first") {
  Rig rig({.idle_timeout = 10s});
  rig.keep_idle(1);
  rig.driver.advance(6s);
  rig.pool.give_back(rig.connected(1));
  rig.driver.advance(4s);
  CHECK(rig.is_closed(0));
  CHECK_FALSE(rig.is_closed(1));
  rig.driver.advance(6s);
  CHECK(rig.is_closed(1));
  CHECK(rig.pool.counters().expired == 2);
  CHECK(rig.pool.open(0) + rig.pool.open(1) == 0);
  rig.keep_idle(1);  // the timer is set again
  rig.driver.advance(10s);
  CHECK(rig.pool.idle() == 0);
}

TEST_CASE("to be used makes an idle connection young again") {
  Rig rig({.idle_timeout = 10s});
  rig.keep_idle(1);
  rig.driver.advance(9s);
  rig.pool.give_back(std::move(*rig.pool.try_lease(0)));
  rig.driver.advance(9s);
  CHECK(rig.pool.idle() == 1);
  rig.driver.advance(1s);
  CHECK(rig.pool.idle() == 0);
}

TEST_CASE("of more than idle_max connections the least recently used goes, whosever it is") {
  Rig rig({.idle_max = 2});
  rig.keep_idle(1, 0);
  rig.keep_idle(2, 1);
  CHECK(rig.pool.idle() == 2);
  CHECK(rig.is_closed(0));
  CHECK(rig.pool.counters().evicted == 1);
  CHECK(rig.pool.open(0) == 0);
  CHECK(rig.pool.open(1) == 2);
}

TEST_CASE("a pool that keeps no idle connections closes what is given back") {
  Rig rig({.idle_max = 0});
  rig.pool.give_back(rig.connected());
  CHECK(rig.is_closed(0));
  CHECK(rig.pool.open(0) == 0);
}

TEST_CASE("a fresh lease is never one that was used, and makes room where there is none") {
  Rig rig({.connections_max = 2});
  rig.keep_idle(2);
  const auto fresh = rig.pool.try_fresh_lease(0);
  REQUIRE(fresh);
  CHECK_FALSE(fresh->is_connected());
  CHECK_FALSE(fresh->is_reused());
  CHECK(rig.is_closed(0));
  CHECK_FALSE(rig.is_closed(1));
  CHECK(rig.pool.open(0) == 2);
  const auto another = rig.pool.try_fresh_lease(0);
  CHECK(another);
  CHECK_FALSE(rig.pool.try_fresh_lease(0));
}

TEST_CASE("a full backend's connections are handed on in the order of waiting") {
  Rig rig({.connections_max = 1});
  std::optional<Lease> held(rig.connected());
  CHECK_FALSE(rig.pool.try_lease(0));
  CHECK(rig.pool.try_lease(1));  // the other one is not full
  Waiting first(rig.wait());
  Waiting second(rig.wait());
  CHECK(rig.pool.waiting(0) == 2);
  rig.pool.give_back(std::move(*held));
  rig.driver.settle();
  REQUIRE(first.ended());
  CHECK_FALSE(second.ended());
  {
    Result<Lease> lease = first.take();
    REQUIRE(lease);
    CHECK(lease->is_connected());
    CHECK(lease->is_reused());
  }
  rig.driver.settle();  // it was closed: the next one may connect
  REQUIRE(second.ended());
  Result<Lease> lease = second.take();
  REQUIRE(lease);
  CHECK_FALSE(lease->is_connected());
  CHECK_FALSE(lease->is_reused());
  CHECK(rig.pool.open(0) == 1);
  CHECK(rig.pool.waiting(0) == 0);
  CHECK(rig.pool.counters().waited == 2);
}

TEST_CASE("a connection on which something unasked came is not handed on to who waits") {
  const bool ends = GENERATE(true, false);
  Rig rig({.connections_max = 1});
  Lease held = rig.connected();
  Waiting waiting(rig.wait());
  if (ends) {
    rig.far[0]->shutdown_write();
  } else {
    write_now(*rig.far[0], "HTTP/1.1 200 OK\r\n\r\n");  // it would be taken for the next answer
  }
  rig.pool.give_back(std::move(held));
  rig.driver.settle();
  REQUIRE(waiting.ended());
  Result<Lease> lease = waiting.take();
  REQUIRE(lease);
  CHECK_FALSE(lease->is_connected());
  CHECK(rig.pool.open(0) == 1);
  CHECK(rig.pool.counters().dropped == 1);
}

TEST_CASE("who waits for a fresh connection is not handed one that was used") {
  Rig rig({.connections_max = 1});
  Lease held = rig.connected();
  Waiting fresh(rig.pool.wait_for_lease(0, rig.driver.timers.now() + 5s, true));
  Waiting any(rig.wait());
  rig.pool.give_back(std::move(held));
  rig.driver.settle();
  REQUIRE(fresh.ended());
  CHECK_FALSE(any.ended());
  CHECK(rig.is_closed(0));
  Result<Lease> lease = fresh.take();
  REQUIRE(lease);
  CHECK_FALSE(lease->is_connected());
  CHECK_FALSE(lease->is_reused());
  CHECK(rig.pool.open(0) == 1);
  CHECK(rig.pool.counters().evicted == 1);
}

TEST_CASE("the queue has a limit, and who waits too long gives up") {
  Rig rig({.connections_max = 1, .queue_max = 2});
  std::optional<Lease> held(rig.connected());
  Waiting first(rig.wait(0, 1s));
  Waiting second(rig.wait(0, 3s));
  Waiting third(rig.wait(0, 3s));
  REQUIRE(third.ended());
  CHECK(third.take().error().code == ErrorCode::refused);
  CHECK(rig.pool.counters().refused == 1);
  rig.driver.advance(1s);
  REQUIRE(first.ended());
  CHECK(first.take().error().code == ErrorCode::timed_out);
  CHECK_FALSE(second.ended());
  CHECK(rig.pool.waiting(0) == 1);
  held.reset();
  rig.driver.settle();
  CHECK(second.ended());
  CHECK(second.take());
  CHECK(rig.pool.open(0) == 0);
}

TEST_CASE("who is cancelled while waiting leaves the queue, and hands on what it was granted") {
  const bool granted = GENERATE(true, false);
  Rig rig({.connections_max = 1});
  std::optional<Lease> held(rig.connected());
  Waiting first(rig.wait());
  Waiting second(rig.wait());
  if (granted) held.reset();  // first has it, but has not run
  first.cancel();
  CHECK(rig.pool.waiting(0) == 1);
  held.reset();
  rig.driver.settle();
  REQUIRE(second.ended());
  CHECK(second.take());
  CHECK(rig.pool.open(0) == 0);
}

TEST_CASE("a grant at the deadline is a lease or a timeout, and never lost") {
  Rig rig({.connections_max = 1});
  std::optional<Lease> held(rig.connected());
  Waiting waiting(rig.wait(0, 1s));
  rig.driver.timers.advance_to(rig.driver.timers.now() + 1s);  // it has rung, and not run
  held.reset();
  rig.driver.settle();
  REQUIRE(waiting.ended());
  CHECK(waiting.take());
  CHECK(rig.pool.open(0) == 0);
}

TEST_CASE("closing the idle connections lets who waits connect") {
  Rig rig({.connections_max = 2});
  rig.keep_idle(2);
  rig.pool.close_idle();
  CHECK(rig.pool.idle() == 0);
  CHECK(rig.pool.open(0) == 0);
  CHECK(rig.is_closed(0));
  CHECK(rig.is_closed(1));
}

TEST_CASE("a pool keeps its limits and loses nobody, whatever is done to it") {
  rc::prop("limits hold", [](const std::vector<std::uint8_t>& steps) {
    const PoolOptions options{
        .idle_max = 3, .idle_timeout = 5s, .connections_max = 2, .queue_max = 3};
    Rig rig(options, 3);
    std::vector<Lease> leases;
    std::vector<std::unique_ptr<Waiting>> queue;
    const auto keep = [&](Lease lease) {
      if (!lease.is_connected()) {
        auto [near, far] = io::make_pipe(rig.driver.run_queue, 10);
        lease.connected(std::move(near));
        rig.far.push_back(std::move(far));
      }
      leases.push_back(std::move(lease));
    };
    for (const std::uint8_t step : steps) {
      const std::uint32_t which = step / 8U;
      const std::uint32_t backend = which % 3;
      switch (step % 8) {
        case 0:
        case 1:
        case 2:
          if (auto lease = rig.pool.try_lease(backend)) {
            keep(std::move(*lease));
            rig.driver.settle();  // who was granted one goes
            RC_ASSERT(rig.pool.waiting(backend) == 0U);
          } else {
            queue.push_back(std::make_unique<Waiting>(rig.wait(backend, 3s)));
          }
          break;
        case 3:
          if (leases.empty()) break;
          rig.pool.give_back(std::move(leases.back()));
          leases.pop_back();
          break;
        case 4:
          if (!leases.empty()) leases.erase(leases.begin());
          break;
        case 5:
          if (!rig.far.empty()) rig.far[which % rig.far.size()]->abort();
          break;
        case 6:
          if (!queue.empty()) queue.erase(queue.begin() + which % queue.size());
          break;
        default: rig.driver.advance(1s); break;
      }
      if (which % 2 == 0) rig.driver.settle();
      std::erase_if(queue, [&](auto& waiting) {
        if (!waiting->ended()) return false;
        Result<Lease> lease = waiting->take();
        if (lease) keep(std::move(*lease));
        return true;
      });
      RC_ASSERT(rig.pool.idle() <= 3U);
      for (std::uint32_t of = 0; of < 3; ++of) {
        RC_ASSERT(rig.pool.open(of) <= 2U);
        RC_ASSERT(rig.pool.waiting(of) <= 3U);
      }
    }
    leases.clear();
    rig.driver.settle();
    queue.clear();
    rig.driver.advance(10s);
    for (std::uint32_t of = 0; of < 3; ++of) RC_ASSERT(rig.pool.open(of) == 0U);
  });
}
