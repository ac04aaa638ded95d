#include "sim/scenario/bounds.hpp"

#include <catch2/catch.hpp>

using namespace weir;
using namespace weir::sim;
using namespace weir::sim::scenario;
using namespace std::chrono_literals;

namespace {

Scenario small() {
  Scenario scenario;
  scenario.backends.push_back(BackendPlan{.name = "b", .count = 3});
  scenario.clients.push_back(ClientPlan{.name = "c"});
  return scenario;
}

fault::Fault crash(Duration at, std::optional<Duration> lasts) {
  fault::Fault fault;
  fault.kind = fault::FaultKind::crash;
  fault.at = at;
  fault.lasts = lasts;
  return fault;
}

}  // namespace

TEST_CASE("what fits in flight is the kernels' buffers and the proxy's 64 KiB") {
  Scenario scenario = small();
  scenario.backends[0].host.send_buffer = 1000;
  scenario.proxy.host.receive_buffer = 200;
  scenario.proxy.host.send_buffer = 30;
  scenario.clients[0].host.receive_buffer = 4;
  CHECK(bounds_of(scenario).in_flight_down_max == 1234 + 64 * 1024);
  CHECK(bounds_of(scenario).backends == 3);
}

TEST_CASE("slow links allow for more delay") {
  Scenario scenario = small();
  const Duration before = bounds_of(scenario).slack;
  scenario.network.latency = 1s;
  CHECK(bounds_of(scenario).slack > before + 7s);
}

TEST_CASE("liveness is judged some time after the last fault is over") {
  Scenario scenario = small();
  CHECK(liveness_from(scenario) == TimePoint());
  scenario.faults = {crash(2s, 3s), crash(1s, 1s)};
  CHECK(liveness_from(scenario) == after(TimePoint(), 6s));
}

TEST_CASE("liveness is not judged where something stays broken") {
  Scenario scenario = small();
  SECTION("a host that stays down") { scenario.faults = {crash(1s, std::nullopt)}; }
  SECTION("backends that break off") {
    scenario.backends[0].options.manners.trouble.how = model::Trouble::How::reset;
  }
  SECTION("a proxy that drains") {
    scenario.faults.push_back(fault::Fault{.kind = fault::FaultKind::drain_proxy});
  }
  SECTION("a scenario that says so") { scenario.judge_liveness = false; }
  CHECK(liveness_from(scenario) == std::nullopt);
}
