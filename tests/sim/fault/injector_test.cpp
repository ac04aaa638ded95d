#include "sim/fault/injector.hpp"

#include <optional>

#include <catch2/catch.hpp>

#include "sim/world/kernel.hpp"
#include "sim/world/network.hpp"
#include "support/driver.hpp"

using namespace weir;
using namespace weir::sim;
using namespace weir::sim::fault;
using namespace std::chrono_literals;

namespace {

struct Seen {
  FaultKind kind;
  bool undoing;
  TimePoint at;
};

struct Rig final : FaultObserver {
  void plan(std::vector<Fault> faults) { injector.emplace(network, std::move(faults), *this); }
  void run_to(Duration since_start) { kernel.run_until(after(TimePoint(), since_start)); }
  void before_fault(const Fault& fault, bool undoing) override {
    seen.push_back(Seen{fault.kind, undoing, kernel.now()});
  }

  // Whether a connect from a to b succeeds within 100 ms.
  bool connects() {
    weir::test::Running connect(a.world().connector.connect(b.at(80), kernel.now() + 100ms));
    kernel.run_until(kernel.now() + 200ms);
    return connect.ended() && connect.take().has_value();
  }

  Kernel kernel{1};
  Network network{kernel};
  Host& a = network.add_host("a");
  Host& b = network.add_host("b");
  std::vector<Seen> seen;
  std::optional<Injector> injector;
};

Fault host_fault(FaultKind kind, Duration at, std::optional<Duration> lasts = std::nullopt) {
  Fault fault;
  fault.kind = kind;
  fault.at = at;
  fault.lasts = lasts;
  fault.hosts = {"b"};
  return fault;
}

Fault link_fault(FaultKind kind, Duration at, std::optional<Duration> lasts = std::nullopt) {
  Fault fault;
  fault.kind = kind;
  fault.at = at;
  fault.lasts = lasts;
  fault.from = {"a"};
  fault.to = {"b"};
  return fault;
}

task::Task<> listen_for_ever(io::World& world, Endpoint at) {
  const auto listener = world.listeners.listen(at, io::ListenOptions());
  co_await task::sleep_until(world.run_queue, world.timers, kNever);
}

void start_listener(Host& host) {
  host.start([&host](io::World& world) { return listen_for_ever(world, host.at(80)); });
}

}  // namespace

TEST_CASE("a fault happens at its time, and is undone after its length") {
  Rig rig;
  rig.plan({host_fault(FaultKind::crash, 2s, 3s)});
  rig.run_to(1999ms);
  CHECK(rig.b.is_up());
  rig.run_to(2s);
  CHECK_FALSE(rig.b.is_up());
  CHECK_FALSE(rig.injector->done());
  rig.run_to(5s);
  CHECK(rig.b.is_up());
  CHECK(rig.injector->done());
  REQUIRE(rig.seen.size() == 2);
  CHECK(rig.seen[0].at == after(TimePoint(), 2s));
  CHECK_FALSE(rig.seen[0].undoing);
  CHECK(rig.seen[1].undoing);
  CHECK(rig.injector->last_action() == after(TimePoint(), 5s));
}

TEST_CASE("faults of the same time happen in the order of the plan") {
  Rig rig;
  rig.plan({host_fault(FaultKind::pause, 1s), link_fault(FaultKind::cut, 500ms),
            host_fault(FaultKind::crash, 1s)});
  rig.run_to(2s);
  REQUIRE(rig.seen.size() == 3);
  CHECK(rig.seen[0].kind == FaultKind::cut);
  CHECK(rig.seen[1].kind == FaultKind::pause);
  CHECK(rig.seen[2].kind == FaultKind::crash);
}

TEST_CASE("a host that lost power comes back by power_on, one that crashed by restart") {
  Rig rig;
  rig.plan({host_fault(FaultKind::power_off, 1s), host_fault(FaultKind::crash, 2s),
            host_fault(FaultKind::power_on, 3s), host_fault(FaultKind::crash, 4s),
            host_fault(FaultKind::restart, 5s)});
  rig.run_to(2500ms);
  CHECK_FALSE(rig.b.is_up());
  rig.run_to(3s);
  CHECK(rig.b.is_up());
  rig.run_to(4s);
  CHECK_FALSE(rig.b.is_up());
  rig.run_to(5s);
  CHECK(rig.b.is_up());
}

TEST_CASE("a partition stops both directions, until it is healed") {
  Rig rig;
  start_listener(rig.b);
  rig.plan({link_fault(FaultKind::partition, 1s), link_fault(FaultKind::heal, 3s)});
  CHECK(rig.connects());
  rig.run_to(1s);
  CHECK_FALSE(rig.connects());
  rig.run_to(3s);
  CHECK(rig.connects());
}

TEST_CASE("a cut stops one direction, which is enough to stop a connect") {
  Rig rig;
  start_listener(rig.b);
  rig.plan({link_fault(FaultKind::cut, 1s, 1s)});
  rig.run_to(1s);
  CHECK_FALSE(rig.connects());
  rig.run_to(2s);
  CHECK(rig.connects());
}

TEST_CASE("set_link changes what it names, and undoing it restores what was") {
  Rig rig;
  rig.network.set_link(rig.a, rig.b, LinkOptions{.latency = 1ms, .jitter = 2ms});
  Fault fault = link_fault(FaultKind::set_link, 1s, 1s);
  fault.link.latency = 50ms;
  fault.link.one_way = true;
  rig.plan({fault});
  rig.run_to(1s);
  CHECK(rig.network.link(rig.a, rig.b).latency == 50ms);
  CHECK(rig.network.link(rig.a, rig.b).jitter == 2ms);
  CHECK(rig.network.link(rig.b, rig.a).latency == LinkOptions().latency);
  rig.run_to(2s);
  CHECK(rig.network.link(rig.a, rig.b).latency == 1ms);
}

TEST_CASE("undo_all mends what is broken, and the plan goes no further") {
  Rig rig;
  start_listener(rig.b);
  rig.plan({host_fault(FaultKind::power_off, 1s), link_fault(FaultKind::partition, 1s),
            host_fault(FaultKind::crash, 9s)});
  rig.run_to(2s);
  rig.injector->undo_all();
  CHECK(rig.injector->done());
  CHECK(rig.b.is_up());
  CHECK(rig.connects());
  rig.run_to(20s);
  CHECK(rig.b.is_up());
}

TEST_CASE("delays are the cuts and pauses that are over") {
  Rig rig;
  rig.plan({link_fault(FaultKind::cut, 1s, 2s), host_fault(FaultKind::pause, 2s, 500ms),
            host_fault(FaultKind::crash, 4s, 1s), link_fault(FaultKind::cut, 6s)});
  rig.run_to(10s);
  const auto& delays = rig.injector->delays();
  REQUIRE(delays.size() == 2);
  CHECK(delays[0].to - delays[0].from == 500ms);
  CHECK(delays[1].to - delays[1].from == 2s);
}

TEST_CASE("a clock step jumps the wall clock there and back") {
  Rig rig;
  Fault fault = host_fault(FaultKind::clock_step, 1s, 1s);
  fault.step = -1h;
  rig.plan({fault});
  const auto before = rig.b.world().wall_clock.now();
  rig.run_to(1s);
  CHECK(rig.b.world().wall_clock.now() == before + 1s - 1h);
  rig.run_to(2s);
  CHECK(rig.b.world().wall_clock.now() == before + 2s);
}
