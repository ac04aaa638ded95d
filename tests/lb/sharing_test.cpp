// Several workers on one cluster: together as fair as one, and no data race (under ThreadSanitizer)
// while the control plane changes everything.

#include <array>
#include <atomic>
#include <thread>

#include <catch2/catch.hpp>

#include "picking.hpp"

using namespace weir;
using namespace std::chrono_literals;
using lb::Cluster;
using lb::Policy;
using test::is_share;
using test::named;

namespace {

constexpr std::size_t kWorkers = 4;

// What each of kWorkers threads does with a Random of its own.
template <class Work>
void run_workers(Work work) {
  std::vector<std::thread> threads;
  for (std::uint64_t worker = 0; worker < kWorkers; ++worker) {
    threads.emplace_back([&work, worker] {
      Random random({.seed = test::seed(), .purpose = "worker", .entity = worker});
      work(random);
    });
  }
  for (std::thread& thread : threads) thread.join();
}

}  // namespace

TEST_CASE("weighted round robin of several workers together is exact") {
  constexpr std::uint64_t kRounds = 500;  // of each worker
  Cluster cluster({.policy = Policy::weighted_round_robin}, named({3, 2, 1}));
  run_workers([&](Random& random) {
    for (std::uint64_t i = 0; i < kRounds * 6; ++i) {
      const auto picked = cluster.pick({.now = {}, .hash = 0, .random = random, .tried = {}});
      cluster.begin(picked.value()).end({.now = {}, .latency = 1ms});
    }
  });
  CHECK(cluster.state(0).begun == kWorkers * kRounds * 3);
  CHECK(cluster.state(1).begun == kWorkers * kRounds * 2);
  CHECK(cluster.state(2).begun == kWorkers * kRounds * 1);
  CHECK(cluster.in_flight() == 0);
}

TEST_CASE("weighted round robin of several workers stays exact with a backend down") {
  constexpr std::uint64_t kRounds = 500;
  Cluster cluster({.policy = Policy::weighted_round_robin}, named({3, 2, 1}));
  cluster.set_health(1, false, {});
  run_workers([&](Random& random) {
    for (std::uint64_t i = 0; i < kRounds * 4; ++i) {
      const auto picked = cluster.pick({.now = {}, .hash = 0, .random = random, .tried = {}});
      const lb::InFlight request = cluster.begin(picked.value());
    }
  });
  CHECK(cluster.state(0).begun == kWorkers * kRounds * 3);
  CHECK(cluster.state(1).begun == 0);
  CHECK(cluster.state(2).begun == kWorkers * kRounds * 1);
}

TEST_CASE("every policy holds while the control plane changes health, drains and weights") {
  for (const lb::PolicyFacts& each : lb::policies()) {
    INFO(each.name);
    Cluster cluster(
        {.policy = each.policy, .slow_start = 1ms, .load_bound = Ratio{5, 4}, .maglev_size = 251},
        named({1, 2, 3, 4}));
    std::atomic<std::uint64_t> nobody{0};
    std::atomic<std::size_t> at_work{kWorkers};
    std::thread control([&] {
      Random random({.seed = test::seed(), .purpose = "control"});
      for (TimePoint now; at_work.load() > 0; now += 10us) {
        const auto index = static_cast<std::uint32_t>(random.below(3));  // never the last
        const std::uint64_t what = random.below(3);
        const std::uint64_t how = random.below(4);
        if (what == 0) cluster.set_health(index, how < 2, now);
        if (what == 1) cluster.set_draining(index, how < 2, now);
        if (what == 2) cluster.set_weight(index, static_cast<std::uint32_t>(how), now);
      }
    });
    run_workers([&](Random& random) {
      std::array<std::uint32_t, 1> tried{};
      for (TimePoint now; now < TimePoint{} + 2ms; now += 1us) {
        tried[0] = static_cast<std::uint32_t>(random.below(4));
        const std::uint64_t hash = random.next();
        const auto picked =
            cluster.pick({.now = now, .hash = hash, .random = random, .tried = tried});
        if (!picked) {
          ++nobody;
        } else if (random.chance({9, 10})) {
          cluster.begin(*picked).end({.now = now, .latency = 1ms, .failed = random.chance({1, 9})});
        } else {
          const lb::InFlight given_up = cluster.begin(*picked);
        }
      }
      --at_work;
    });
    control.join();
    CHECK(nobody == 0);  // the last one is there at all times
    CHECK(cluster.in_flight() == 0);
    for (std::uint32_t i = 0; i < 4; ++i) CHECK(cluster.state(i).in_flight == 0);
  }
}

TEST_CASE("random picks of several workers follow the weights") {
  constexpr std::uint64_t kPicks = 5000;  // of each worker
  Cluster cluster({.policy = Policy::random}, named({1, 3}));
  run_workers([&](Random& random) {
    for (std::uint64_t i = 0; i < kPicks; ++i) {
      const auto picked = cluster.pick({.now = {}, .hash = 0, .random = random, .tried = {}});
      const lb::InFlight request = cluster.begin(picked.value());
    }
  });
  CHECK(is_share(cluster.state(0).begun, kWorkers * kPicks, {1, 4}));
}
