#include "lb/cluster.hpp"

#include <chrono>

#include <catch2/catch.hpp>
#include <rapidcheck/catch.h>

#include "picking.hpp"
#include "support/death.hpp"

using namespace weir;
using namespace std::chrono_literals;
using lb::Cluster;
using lb::ClusterOptions;
using lb::InFlight;
using lb::Policy;
using test::named;
using test::Picking;

namespace {

TimePoint at(Duration since_start) { return TimePoint{} + since_start; }

using Counts = std::vector<std::uint64_t>;

}  // namespace

TEST_CASE("a backend that is down, drains or has no weight is not picked") {
  Cluster cluster({.panic_below = {0, 1}}, named({1, 1, 1}));
  Picking picking(cluster);
  cluster.set_health(0, false, {});
  CHECK(picking.count(10) == Counts{0, 5, 5, 0});
  cluster.set_draining(1, true, {});
  CHECK(picking.count(10) == Counts{0, 0, 10, 0});
  cluster.set_weight(2, 0, {});
  CHECK(picking.count(10) == Counts{0, 0, 0, 10});
  cluster.set_health(0, true, {});
  cluster.set_draining(1, false, {});
  CHECK(picking.count(10) == Counts{5, 5, 0, 0});
  cluster.set_weight(2, 1, {});
  CHECK(picking.count(9) == Counts{3, 3, 3, 0});
}

TEST_CASE("a backend that drains comes back only when it is healthy too") {
  Cluster cluster({.panic_below = {0, 1}}, named({1, 1}));
  cluster.set_draining(0, true, {});
  cluster.set_health(0, false, {});
  cluster.set_draining(0, false, {});
  CHECK_FALSE(cluster.state(0).eligible);
  cluster.set_health(0, true, {});
  CHECK(cluster.state(0).eligible);
}

TEST_CASE("below the panic threshold the unhealthy get requests too") {
  Cluster cluster({.panic_below = {1, 2}}, named({1, 1, 1, 1}));
  cluster.set_health(0, false, {});
  cluster.set_health(1, false, {});
  CHECK_FALSE(cluster.panics());  // half is not below half
  CHECK(cluster.eligible() == 2);
  cluster.set_health(2, false, {});
  CHECK(cluster.panics());
  CHECK(Picking(cluster).count(8) == Counts{2, 2, 2, 2, 0});
  cluster.set_health(0, true, {});
  CHECK_FALSE(cluster.panics());
  CHECK(cluster.eligible() == 2);
}

TEST_CASE("what drains neither counts for the panic threshold nor is picked in panic") {
  Cluster cluster({.panic_below = {1, 2}}, named({1, 1, 1, 1}));
  cluster.set_health(0, false, {});
  cluster.set_draining(1, true, {});
  cluster.set_draining(2, true, {});
  CHECK_FALSE(cluster.panics());  // one of two
  cluster.set_health(3, false, {});
  CHECK(cluster.panics());
  CHECK(Picking(cluster).count(8) == Counts{4, 0, 0, 4, 0});
}

TEST_CASE("a cluster that never panics has nobody when nobody is healthy") {
  Cluster cluster({.panic_below = {0, 1}}, named({1}));
  cluster.set_health(0, false, {});
  CHECK_FALSE(Picking(cluster).pick());
  CHECK(cluster.eligible() == 0);
}

TEST_CASE("a request in flight is counted until it ends, is given up or moves on") {
  Cluster cluster({}, named({1, 1}));
  {
    InFlight one = cluster.begin(0);
    InFlight two = cluster.begin(1);
    InFlight three = cluster.begin(1);
    CHECK(cluster.state(0).in_flight == 1);
    CHECK(cluster.state(1).in_flight == 2);
    CHECK(cluster.in_flight() == 3);
    two.end({.now = at(1s), .latency = 1ms});
    CHECK(cluster.state(1).in_flight == 1);
    InFlight moved = std::move(one);
    CHECK(moved.index() == 0);
    CHECK(cluster.state(0).in_flight == 1);
    moved = std::move(three);  // ends the first
    CHECK(cluster.state(0).in_flight == 0);
    CHECK(cluster.state(1).in_flight == 1);
  }
  CHECK(cluster.in_flight() == 0);
  CHECK(cluster.state(1).in_flight == 0);
  CHECK(cluster.state(0).begun == 1);
  CHECK(cluster.state(1).begun == 2);
}

TEST_CASE("a request cannot end twice") {
  Cluster cluster({}, named({1}));
  InFlight request = cluster.begin(0);
  request.end({.now = at(1s), .latency = 1ms});
  const auto end_again = [&] { request.end({.now = at(1s), .latency = 1ms}); };
  CHECK_THAT(test::death_of(end_again), Catch::Contains("ends once"));
}

TEST_CASE("only a request that ended tells something of its backend") {
  Cluster cluster({}, named({1, 1}));
  {
    const InFlight given_up = cluster.begin(0);
  }
  CHECK(cluster.latency(0, at(1s)) == Duration(0));
  cluster.begin(0).end({.now = at(1s), .latency = 20ms});
  CHECK(cluster.latency(0, at(1s)) == 20ms);
  CHECK(cluster.state(0).failed == 0);
  CHECK(cluster.latency(1, at(1s)) == Duration(0));
}

TEST_CASE("a failure counts as slow however fast it was") {
  Cluster cluster({.failure_latency = 1s}, named({1}));
  cluster.begin(0).end({.now = at(1s), .latency = 1ms, .failed = true});
  CHECK(cluster.latency(0, at(1s)) == 1s);
  CHECK(cluster.state(0).failed == 1);
  cluster.begin(0).end({.now = at(1s), .latency = 3s, .failed = true});
  CHECK(cluster.latency(0, at(1s)) == 3s);
}

TEST_CASE("in-flight counters are what was begun less what ended, for any script") {
  rc::prop("for any begins and ends", [] {
    Cluster cluster({}, named({1, 1, 1}));
    std::vector<InFlight> open;
    std::array<std::uint32_t, 3> model{};
    const auto steps = *rc::gen::container<std::vector<std::uint32_t>>(rc::gen::inRange(0U, 9U));
    for (const std::uint32_t step : steps) {
      if (step < 5 || open.empty()) {
        open.push_back(cluster.begin(step % 3));
        ++model[step % 3];
      } else {
        InFlight request = std::move(open[step % open.size()]);
        open.erase(open.begin() + step % static_cast<std::ptrdiff_t>(open.size()));
        --model[request.index()];
        if (step < 8) request.end({.now = {}, .latency = 1ms, .failed = step == 7});
      }
      for (std::uint32_t i = 0; i < 3; ++i) RC_ASSERT(cluster.state(i).in_flight == model[i]);
      RC_ASSERT(cluster.in_flight() == open.size());
    }
  });
}
