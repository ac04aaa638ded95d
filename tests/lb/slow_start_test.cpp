// A backend that comes back ramps its weight up, whatever the policy.

#include <catch2/catch.hpp>

#include "picking.hpp"

using namespace weir;
using namespace std::chrono_literals;
using lb::Cluster;
using lb::Policy;
using test::is_share;
using test::named;
using test::Picking;

namespace {

using Counts = std::vector<std::uint64_t>;

TimePoint at(Duration since_start) { return TimePoint{} + since_start; }

// Four equal backends; the first went down and comes back at 100 s, with a slow start of 40 s.
struct Comeback {
  explicit Comeback(Policy policy)
      : cluster({.policy = policy, .slow_start = 40s}, named({2, 2, 2, 2})) {
    cluster.set_health(0, false, at(50s));
    cluster.set_health(0, true, at(100s));
  }

  Counts count_at(Duration since_start, std::uint64_t picks) {
    Picking picking(cluster);
    picking.now = at(since_start);
    return picking.count(picks);
  }

  Cluster cluster;
};

}  // namespace

TEST_CASE("in slow start a weight grows in a line with time") {
  constexpr std::uint64_t kPicks = 13'000;
  for (const lb::PolicyFacts& each : lb::policies()) {
    if (each.hashes || each.policy == Policy::peak_ewma) continue;  // below
    INFO(each.name);
    Comeback comeback(each.policy);
    const Counts quarter = comeback.count_at(110s, kPicks);
    CHECK(is_share(quarter[0], kPicks, {1, 13}));  // a quarter of its weight, against three wholes
    for (std::size_t i = 1; i < 4; ++i) CHECK(is_share(quarter[i], kPicks, {4, 13}));
    const Counts half = comeback.count_at(120s, kPicks);
    CHECK(is_share(half[0], kPicks, {1, 7}));
    for (std::size_t i = 1; i < 4; ++i) CHECK(is_share(half[i], kPicks, {2, 7}));
    const Counts all = comeback.count_at(140s, kPicks);
    for (std::size_t i = 0; i < 4; ++i) CHECK(is_share(all[i], kPicks, {1, 4}));
  }
}

TEST_CASE("in slow start the keys that come back to a backend grow in a line with time") {
  constexpr std::uint64_t kPicks = 13'000;
  for (const Policy policy : {Policy::ip_hash, Policy::maglev}) {
    INFO(to_string(policy));
    Comeback comeback(policy);
    const Counts quarter = comeback.count_at(110s, kPicks);
    CHECK(is_share(quarter[0], kPicks, {1, 16}));  // a quarter of its keys
    for (std::size_t i = 1; i < 4; ++i) CHECK(is_share(quarter[i], kPicks, {5, 16}));
    const Counts half = comeback.count_at(120s, kPicks);
    CHECK(is_share(half[0], kPicks, {1, 8}));
    const Counts all = comeback.count_at(140s, kPicks);
    for (std::size_t i = 0; i < 4; ++i) CHECK(is_share(all[i], kPicks, {1, 4}));
  }
}

TEST_CASE("in slow start the ring and peak EWMA give less than they will") {
  for (const Policy policy : {Policy::ring_hash, Policy::peak_ewma}) {
    INFO(to_string(policy));
    Comeback comeback(policy);
    const std::uint64_t early = comeback.count_at(110s, 10'000)[0];
    const std::uint64_t later = comeback.count_at(130s, 10'000)[0];
    const std::uint64_t at_last = comeback.count_at(140s, 10'000)[0];
    CHECK(early < at_last / 3);
    CHECK(early > at_last / 6);
    CHECK(later < at_last);
    CHECK(later > at_last / 2);
  }
}

TEST_CASE("in slow start least connections fills a backend to a part of the others only") {
  Comeback comeback(Policy::least_connections);
  Picking picking(comeback.cluster);
  picking.now = at(110s);
  std::vector<lb::InFlight> open;
  for (int i = 0; i < 130; ++i) open.push_back(comeback.cluster.begin(*picking.pick()));
  CHECK(comeback.cluster.state(0).in_flight == 10);
  for (std::uint32_t i = 1; i < 4; ++i) CHECK(comeback.cluster.state(i).in_flight == 40);
}

TEST_CASE("in slow start a key moves to the backend once and stays") {
  for (const Policy policy : {Policy::ip_hash, Policy::ring_hash, Policy::maglev}) {
    INFO(to_string(policy));
    Comeback comeback(policy);
    Picking picking(comeback.cluster);
    int moves_back = 0;
    int moved = 0;
    for (std::uint64_t key = 0; key < 500; ++key) {
      bool there = false;
      for (Duration now = 100s; now <= 140s; now += 1s) {
        picking.now = at(now);
        const bool picked = picking.pick(mix(key, key)) == 0U;
        if (there && !picked) ++moves_back;
        there = picked;
      }
      if (there) ++moved;
    }
    CHECK(moves_back == 0);
    CHECK(moved > 60);
  }
}

TEST_CASE("slow start is for those who come back, not for those who are there") {
  Cluster cluster({.slow_start = 40s}, named({1, 1}));
  Picking picking(cluster);
  CHECK(picking.count(10) == Counts{5, 5, 0});
  cluster.set_health(0, true, at(1s));  // as it was
  picking.now = at(2s);
  CHECK(picking.count(10) == Counts{5, 5, 0});
}

TEST_CASE("what comes back from a drain or from no weight starts slowly too") {
  Cluster cluster({.policy = Policy::random, .slow_start = 40s}, named({1, 1, 1}));
  cluster.set_draining(0, true, at(1s));
  cluster.set_weight(1, 0, at(1s));
  cluster.set_draining(0, false, at(10s));
  cluster.set_weight(1, 1, at(10s));
  Picking picking(cluster);
  picking.now = at(20s);
  const Counts counts = picking.count(6000);
  CHECK(is_share(counts[0], 6000, {1, 6}));
  CHECK(is_share(counts[1], 6000, {1, 6}));
}

TEST_CASE("when all are in slow start they still share everything") {
  for (const lb::PolicyFacts& each : lb::policies()) {
    INFO(each.name);
    Cluster cluster({.policy = each.policy, .slow_start = 40s}, named({1, 1}));
    for (const std::uint32_t index : {0U, 1U}) {
      cluster.set_health(index, false, at(1s));
      cluster.set_health(index, true, at(2s));
    }
    Picking picking(cluster);
    picking.now = at(2s);
    const Counts counts = picking.count(3000);
    CHECK(counts[0] > 1000);
    CHECK(counts[1] > 1000);
    CHECK(counts[2] == 0);
  }
}
