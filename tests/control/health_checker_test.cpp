#include "control/health_checker.hpp"

#include <catch2/catch.hpp>

#include "proxy/pipe_world.hpp"

using namespace weir;
using namespace weir::control;
using namespace std::chrono_literals;
using lb::Health;
using lb::ProbeResult;

namespace {

// Two backends, at ports 80 and 81, probed with connects every second, exactly.
struct Rig : HealthObserver {
  explicit Rig(Health initial = Health::unknown) { begin(initial); }

  void begin(Health initial) {
    HealthPlan plan{.cluster = "web",
                    .balance = cluster,
                    .backends = {test::backend_at(80), test::backend_at(81)}};
    plan.machine.initial = initial;
    plan.machine.interval = 1s;
    plan.machine.fast_interval = 200ms;
    plan.machine.timeout = 500ms;
    plan.machine.jitter = {0, 1};
    plan.machine.rise = 2;
    plan.machine.fall = 2;
    std::vector<HealthPlan> plans;
    plans.push_back(std::move(plan));
    checker.emplace(pipes.world, std::move(plans), *this);
    running.emplace(checker->run());
  }

  void health_changed(std::size_t, std::uint32_t backend, const lb::Transition& change) override {
    changes.emplace_back(backend, change);
  }
  bool healthy(std::uint32_t backend) const { return cluster.healthy(backend); }

  test::PipeWorld pipes;
  lb::Cluster cluster{lb::ClusterOptions(), {{.name = "b0"}, {.name = "b1"}}};
  std::vector<std::pair<std::uint32_t, lb::Transition>> changes;
  std::optional<HealthChecker> checker;
  std::optional<test::Running<void>> running;
};

}  // namespace

TEST_CASE("backends of unknown health get nothing until their first probe has passed") {
  Rig rig;
  CHECK_FALSE(rig.healthy(0));
  CHECK_FALSE(rig.healthy(1));
  rig.pipes.driver.advance(200ms);  // within the fast interval
  CHECK(rig.healthy(0));
  CHECK(rig.healthy(1));
  CHECK(rig.changes.size() == 2);
}

TEST_CASE("backends are what `initial` says before anybody has asked them") {
  CHECK(Rig(Health::up).healthy(0));
  CHECK_FALSE(Rig(Health::down).healthy(0));
}

TEST_CASE("a backend that fails goes out of rotation, and comes back, each with a line of log") {
  Rig rig(Health::up);
  rig.pipes.driver.advance(1s);
  CHECK(rig.pipes.logged.empty());
  rig.pipes.broken[81] = ErrorCode::refused;
  rig.pipes.driver.advance(1200ms);  // an interval, a fast interval
  CHECK(rig.healthy(0));
  CHECK_FALSE(rig.healthy(1));
  CHECK(rig.pipes.logged ==
        std::vector<std::string>{"backend b1 of cluster web is down: the connect was refused"});
  rig.pipes.broken.clear();
  rig.pipes.driver.advance(1200ms);
  CHECK(rig.healthy(1));
  CHECK(rig.pipes.logged.back() == "backend b1 of cluster web is up: probes pass");
  CHECK(rig.pipes.logged.size() == 2);
  REQUIRE(rig.changes.size() == 2);
  CHECK(rig.changes[0].first == 1);
  CHECK(rig.changes[0].second.because == ProbeResult::refused);
  CHECK(rig.changes[1].second.to == Health::up);
}

TEST_CASE("a backend that is silent is down within detection_max, and does not delay the other") {
  Rig rig(Health::up);
  rig.pipes.driver.advance(1s);
  const TimePoint since = rig.pipes.driver.timers.now();
  rig.pipes.broken[80] = ErrorCode::timed_out;
  const Duration bound = rig.checker->machine(0, 0).detection_max();
  rig.pipes.driver.advance(bound);
  REQUIRE(rig.changes.size() == 1);
  CHECK(rig.changes[0].second.at - since <= bound);
  CHECK(rig.changes[0].second.because == ProbeResult::timed_out);
  const auto& probes = rig.checker->machine(0, 1).probes();
  for (std::size_t i = 1; i < probes.size(); ++i) {
    CHECK(probes[i].started - probes[i - 1].started == 1s);
  }
}

TEST_CASE("each backend has its history") {
  Rig rig(Health::up);
  rig.pipes.broken[80] = ErrorCode::reset;
  rig.pipes.driver.advance(3s);
  CHECK(rig.checker->machine(0, 0).health() == Health::down);
  CHECK(rig.checker->machine(0, 0).probes().back().result == ProbeResult::reset);
  CHECK(rig.checker->machine(0, 0).transitions().size() == 1);
  CHECK(rig.checker->machine(0, 1).probes().back().result == ProbeResult::passed);
  CHECK(rig.checker->machine(0, 1).transitions().empty());
}

TEST_CASE("each probe has a connection of its own, which it closes") {
  Rig rig(Health::up);
  rig.pipes.driver.advance(5s);
  CHECK(rig.pipes.connected.size() >= 8);
  for (const auto& backend : rig.pipes.connected) {
    CHECK(test::status_now(*backend) == io::IoStatus::end);
  }
}

TEST_CASE("a checker that is given up leaves nothing waiting, in whatever state") {
  Rig rig(Health::up);
  rig.pipes.broken[80] = ErrorCode::timed_out;
  for (int i = 0; i < 20; ++i) {
    rig.pipes.driver.advance(130ms);
    rig.running.reset();
    CHECK(rig.pipes.driver.timers.size() == 0);
    rig.begin(Health::up);
  }
}
