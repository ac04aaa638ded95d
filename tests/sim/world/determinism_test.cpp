// The same seed is the same run; and a world may end in whatever state.

#include <catch2/catch.hpp>

#include "base/census.hpp"
#include "io/stream_ops.hpp"
#include "two_hosts.hpp"

using namespace weir;
using namespace weir::sim;
using namespace weir::sim::test;

namespace {

struct RunHash {
  std::uint64_t hash = 0;
  std::uint64_t events = 0;
  std::vector<std::uint64_t> checkpoints;
  std::uint64_t served = 0;

  friend bool operator==(const RunHash&, const RunHash&) = default;
};

task::Task<> echo(io::World& world, std::unique_ptr<io::Stream> stream, std::uint64_t& served) {
  for (;;) {
    const TimePoint deadline = world.timers.now() + 30s;
    const MutableBytes scratch = world.buffers.scratch();
    const io::IoResult got = co_await io::read_some(*stream, scratch, world.timers, deadline);
    if (got.status != io::IoStatus::ok) co_return;
    std::vector<std::byte> copy(scratch.begin(),
                                scratch.begin() + static_cast<std::ptrdiff_t>(got.bytes));
    const ConstBytes bytes(copy);
    const io::IoStatus sent = co_await io::write_all(*stream, bytes, world.timers, deadline);
    if (sent != io::IoStatus::ok) co_return;
    ++served;
  }
}

task::Task<> serve(io::World& world, Endpoint at, std::uint64_t& served) {
  const auto listener = std::move(*world.listeners.listen(at, {}));
  task::TaskGroup sessions(world.run_queue);
  for (;;) {
    io::AcceptResult next = listener->try_accept();
    if (next.status == io::AcceptStatus::ok) {
      sessions.spawn(echo(world, std::move(next.stream), served));
    } else {
      co_await listener->acceptable().wait();
    }
  }
}

task::Task<> talk(io::World& world, Endpoint to) {
  std::vector<std::byte> message(100'000);
  for (;;) {
    const Duration pause = world.random.exponential(20ms);
    const TimePoint next = world.timers.now() + pause;
    co_await task::sleep_until(world.run_queue, world.timers, next);
    const TimePoint deadline = next + 5s;
    auto connected = co_await world.connector.connect(to, deadline);
    if (!connected) continue;
    const std::unique_ptr<io::Stream> stream = std::move(*connected);
    for (int i = 0; i < 3; ++i) {
      const std::size_t size = 1 + world.random.below(message.size());
      const MutableBytes part = MutableBytes(message).first(size);
      const io::IoStatus sent = co_await io::write_all(*stream, part, world.timers, deadline);
      if (sent != io::IoStatus::ok) break;
      const io::IoResult got = co_await io::read_some(*stream, part, world.timers, deadline);
      if (got.status != io::IoStatus::ok) break;
    }
  }
}

struct Chaos : TwoHosts {
  explicit Chaos(std::uint64_t seed)
      : TwoHosts({.latency = 1ms, .jitter = 2ms, .bytes_per_second = 10'000'000, .loss = {1, 100}},
                 seed),
        faults(kernel.random("faults", 0)) {
    far.set_short_io({1, 4});
    far.start([this](io::World& world) { return serve(world, far.at(kPort), served); });
    for (int i = 0; i < 10; ++i) {
      near.start([this](io::World& world) { return talk(world, far.at(kPort)); });
    }
  }

  // One fault at random, and some time.
  void step() {
    switch (faults.below(9)) {
      case 0: network.cut(near, far); break;
      case 1: network.cut(far, near); break;
      case 2: far.crash(); break;
      case 3: far.power_off(); break;
      case 4: far.pause(); break;
      case 5: near.crash(); break;
      case 6: near.power_off(); break;
      case 7: network.reset_connections(near, far); break;
      case 8: network.set_link(near, far, {.latency = 5ms, .jitter = 1ms}); break;
    }
    pass(faults.between(Duration(0), Duration(300ms)));
    if (faults.chance({1, 2})) mend();
    pass(faults.between(Duration(0), Duration(300ms)));
  }

  void mend() {
    heal();
    for (Host* host : {&near, &far}) {
      host->power_on();
      host->restart();
      host->resume();
    }
  }

  std::uint64_t served = 0;
  Random faults;
};

RunHash run(std::uint64_t seed) {
  Chaos world(seed);
  for (int i = 0; i < 40; ++i) world.step();
  Trace& trace = world.kernel.trace();
  return {trace.hash(), trace.events(), trace.checkpoints(), world.served};
}

}  // namespace

TEST_CASE("the same seed is the same run") {
  const std::uint64_t seed = weir::test::seed();
  const RunHash first = run(seed);
  CHECK(first.events > 1000);
  CHECK(first.served > 50);
  CHECK(run(seed) == first);
}

TEST_CASE("another seed is another run") {
  const std::uint64_t seed = weir::test::seed();
  CHECK(run(seed).hash != run(seed + 1).hash);
}

// Whoever changes what the world does changes this number: on all compilers to the same one.
TEST_CASE("a run has the same hash on every compiler and at every level of optimisation") {
  CHECK(run(1).hash == 0x619ca6415c1cbe7d);
}

TEST_CASE("a world that is mended works again and forgets its dead connections") {
  for (std::uint64_t i = 0; i < 20; ++i) {
    Chaos world(weir::test::seed() + i);
    INFO("seed " << world.kernel.seed());
    for (int step = 0; step < 20; ++step) world.step();
    world.mend();
    world.pass(10s);
    const std::uint64_t served = world.served;
    world.pass(10s);
    CHECK(world.served > served + 100);
    world.near.crash();
    world.far.crash();
    world.pass(2min);
    CHECK(world.network.connections() == 0);
    CHECK(world.near.open_descriptors() == 0);
    CHECK(world.far.open_descriptors() == 0);
  }
}

TEST_CASE("a world may end in whatever state and leaves nothing behind") {
  for (std::uint64_t i = 0; i < 50; ++i) {
    {
      Chaos world(weir::test::seed() + i);
      const std::uint64_t steps = world.faults.below(8);
      for (std::uint64_t step = 0; step < steps; ++step) world.step();
    }
    INFO("seed " << weir::test::seed() + i);
    CHECK(Census::here().all_zero());
  }
}

TEST_CASE("streams and listeners may outlive their world") {
  std::unique_ptr<io::Stream> client;
  std::unique_ptr<io::Stream> server;
  std::unique_ptr<io::Listener> listener;
  std::unique_ptr<Connect> connect;
  {
    Connected net;
    write(*net.client, "unread");
    net.pass(1ms);
    client = std::move(net.client);
    server = std::move(net.server);
    listener = std::move(net.listener);
  }
  CHECK(read(*server) == "<reset>");
  CHECK(write(*client, "x") == "<reset>");
  client->shutdown_write();
  server->abort();
  CHECK(listener->try_accept().status == io::AcceptStatus::would_block);
}
