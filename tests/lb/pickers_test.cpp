// What holds for every policy, and what each one is for.

#include <algorithm>
#include <numeric>
#include <set>

#include <catch2/catch.hpp>
#include <rapidcheck/catch.h>

#include "picking.hpp"

using namespace weir;
using namespace std::chrono_literals;
using lb::Cluster;
using lb::facts;
using lb::Policy;
using test::is_share;
using test::named;
using test::Picking;

namespace {

using Counts = std::vector<std::uint64_t>;

// Policies whose shares follow the weights, be it only in the long run.
const std::vector<Policy> kProportional = {
    Policy::weighted_round_robin,
    Policy::weighted_least_connections,
    Policy::ip_hash,
    Policy::maglev,
    Policy::random,
};

rc::Gen<Policy> any_policy() {
  return rc::gen::map(rc::gen::inRange<std::size_t>(0, lb::policies().size()),
                      [](std::size_t i) { return lb::policies()[i].policy; });
}

std::uint64_t sum(const std::vector<std::uint32_t>& weights) {
  return std::accumulate(weights.begin(), weights.end(), std::uint64_t{0});
}

// Checks that the backends share the picks by weight; those whose weight is 0 here get none.
void check_shares(Cluster& cluster, const std::vector<std::uint32_t>& weights,
                  std::uint64_t picks = 20'000) {
  const Counts counts = Picking(cluster).count(picks);
  for (std::size_t i = 0; i < weights.size(); ++i) {
    INFO("backend " << i << " was picked " << counts[i] << " times of " << picks);
    CHECK(is_share(counts[i], picks, {.of_these = weights[i], .of = sum(weights)}));
  }
  CHECK(counts.back() == 0);
}

}  // namespace

TEST_CASE("no policy picks who is not eligible, or who was tried while another is eligible") {
  rc::prop("for any policy, health and tried backends", [] {
    const Policy policy = *any_policy();
    const auto weights =
        *rc::gen::resize(12, rc::gen::nonEmpty(rc::gen::container<std::vector<std::uint32_t>>(
                                 rc::gen::inRange<std::uint32_t>(0, 5))));
    Cluster cluster({.policy = policy,
                     .panic_below = {*rc::gen::inRange<std::uint64_t>(0, 3), 2},
                     .slow_start = *rc::gen::element<Duration>(0s, 10s),
                     .load_bound = *rc::gen::element<std::optional<Ratio>>(
                         std::nullopt, Ratio{1, 1}, Ratio{5, 4}),
                     .maglev_size = 251},
                    named(weights));
    Picking picking(cluster);
    std::vector<lb::InFlight> open;
    for (std::uint32_t i = 0; i < weights.size(); ++i) {
      const bool healthy = *rc::gen::arbitrary<bool>();
      cluster.set_health(i, false, {});
      cluster.set_health(i, healthy, {});
      cluster.set_draining(i, *rc::gen::weightedElement<bool>({{4, false}, {1, true}}), {});
      if (*rc::gen::arbitrary<bool>()) picking.tried.push_back(i);
      if (*rc::gen::arbitrary<bool>()) open.push_back(cluster.begin(i));
    }
    std::set<std::uint32_t> eligible;
    std::set<std::uint32_t> untried;
    for (std::uint32_t i = 0; i < weights.size(); ++i) {
      if (!cluster.state(i).eligible) continue;
      eligible.insert(i);
      if (std::ranges::find(picking.tried, i) == picking.tried.end()) untried.insert(i);
    }
    RC_ASSERT(cluster.eligible() == eligible.size());
    const std::set<std::uint32_t>& expected = untried.empty() ? eligible : untried;
    for (int i = 0; i < 20; ++i) {
      const std::optional<std::uint32_t> picked = picking.pick();
      RC_ASSERT(picked.has_value() == !eligible.empty());
      if (picked) RC_ASSERT(expected.contains(*picked));
    }
  });
}

TEST_CASE("weights that are told later count as those that were there from the start") {
  for (const Policy policy : kProportional) {
    INFO(to_string(policy));
    Cluster cluster({.policy = policy}, named({1, 1, 1}));
    cluster.set_weight(0, 4, {});
    cluster.set_weight(1, 3, {});
    check_shares(cluster, {4, 3, 1});
  }
}

TEST_CASE("shares follow the weights") {
  for (const Policy policy : kProportional) {
    INFO(to_string(policy));
    Cluster cluster({.policy = policy}, named({5, 3, 2}));
    check_shares(cluster, {5, 3, 2});
  }
}

TEST_CASE("a backend that goes or comes back never skews the others") {
  for (const Policy policy : kProportional) {
    INFO(to_string(policy));
    Cluster cluster({.policy = policy}, named({4, 3, 2, 1}));
    cluster.set_health(0, false, {});
    check_shares(cluster, {0, 3, 2, 1});
    cluster.set_draining(2, true, {});
    check_shares(cluster, {0, 3, 0, 1});
    cluster.set_health(0, true, {});
    cluster.set_draining(2, false, {});
    check_shares(cluster, {4, 3, 2, 1});
  }
}

TEST_CASE("a backend that is tried leaves its share to all others") {
  for (const Policy policy : kProportional) {
    INFO(to_string(policy));
    Cluster cluster({.policy = policy}, named({4, 3, 2, 1}));
    Picking picking(cluster);
    picking.tried = {1};
    const Counts counts = picking.count(14'000);
    CHECK(is_share(counts[0], 14'000, {4, 7}));
    CHECK(counts[1] == 0);
    CHECK(is_share(counts[2], 14'000, {2, 7}));
    CHECK(is_share(counts[3], 14'000, {1, 7}));
  }
}

TEST_CASE("the few that are left of many share by weight, whatever lies between them") {
  std::vector<std::uint32_t> weights(300, 1);
  weights[299] = 3;
  std::vector<std::uint32_t> left(300, 0);
  left[0] = 1;
  left[299] = 3;
  for (const Policy policy : kProportional) {
    INFO(to_string(policy));
    Cluster cluster({.policy = policy, .panic_below = {0, 1}}, named(weights));
    for (std::uint32_t i = 1; i < 299; ++i) cluster.set_health(i, false, {});
    const Counts counts = Picking(cluster).count(4000);
    // Maglev and the hash give the places that are left by chance of the hash, not of the draw.
    CHECK(is_share(counts[0], 4000, {1, 4}));
    CHECK(counts[0] + counts[299] == 4000);
  }
}

TEST_CASE("round robin is exact in every round, also while backends come and go") {
  rc::prop("for any weights and who is down", [] {
    const auto weights =
        *rc::gen::container<std::vector<std::uint32_t>>(6, rc::gen::inRange<std::uint32_t>(1, 8));
    Cluster cluster({.policy = Policy::weighted_round_robin, .panic_below = {0, 1}},
                    named(weights));
    std::uint32_t divisor = 0;
    for (const std::uint32_t weight : weights) divisor = std::gcd(divisor, weight);
    std::uint64_t round = sum(weights) / divisor;
    Picking picking(cluster);
    picking.count(*rc::gen::inRange<std::uint64_t>(0, 50));
    const auto down = *rc::gen::inRange<std::uint32_t>(0, 6);
    cluster.set_health(down, false, {});
    round -= weights[down] / divisor;
    const Counts counts = picking.count(3 * round);
    for (std::uint32_t i = 0; i < 6; ++i) {
      RC_ASSERT(counts[i] == (i == down ? 0 : 3 * weights[i] / divisor));
    }
  });
}

TEST_CASE("unweighted policies treat all alike") {
  for (const Policy policy : {Policy::round_robin, Policy::least_connections}) {
    INFO(to_string(policy));
    Cluster cluster({.policy = policy}, named({9, 1, 5}));
    check_shares(cluster, {1, 1, 1});
  }
}

TEST_CASE("least connections picks who has the fewest for its weight") {
  for (const Policy policy : {Policy::least_connections, Policy::weighted_least_connections}) {
    Cluster cluster({.policy = policy}, named({1, 1, 3}));
    Picking picking(cluster);
    std::vector<lb::InFlight> open;
    for (const std::uint32_t index : {0U, 1U, 1U, 2U, 2U}) open.push_back(cluster.begin(index));
    // 1/1, 2/1 and 2/3 requests for each unit of weight
    const bool weighted = facts(policy).weighted;
    for (int i = 0; i < 20; ++i) CHECK(picking.pick() == (weighted ? 2U : 0U));
  }
}

TEST_CASE("under load the in-flight requests of least connections follow the weights") {
  Cluster cluster({.policy = Policy::weighted_least_connections}, named({1, 2, 3}));
  std::vector<lb::InFlight> open;
  Picking picking(cluster);
  for (int i = 0; i < 60; ++i) open.push_back(cluster.begin(*picking.pick()));
  CHECK(cluster.state(0).in_flight == 10);
  CHECK(cluster.state(1).in_flight == 20);
  CHECK(cluster.state(2).in_flight == 30);
}

TEST_CASE("two choices take the less loaded of any two, so that the most loaded gets nothing") {
  for (const Policy policy : {Policy::power_of_two, Policy::peak_ewma}) {
    INFO(to_string(policy));
    Cluster cluster({.policy = policy}, named({1, 1, 1}));
    for (std::uint32_t i = 0; i < 3; ++i) cluster.begin(i).end({.now = {}, .latency = 10ms});
    std::vector<lb::InFlight> open;
    for (const std::uint32_t index : {0U, 0U, 1U}) open.push_back(cluster.begin(index));
    const Counts counts = Picking(cluster).count(9000);
    CHECK(counts[0] == 0);                     // loses to either
    CHECK(is_share(counts[1], 9000, {1, 3}));  // wins when it meets 0: one pair of three
    CHECK(is_share(counts[2], 9000, {2, 3}));
  }
}

TEST_CASE("two choices follow the weights while there is nothing to compare") {
  Cluster cluster({.policy = Policy::power_of_two}, named({5, 3, 2}));
  check_shares(cluster, {5, 3, 2});
}

TEST_CASE("peak EWMA avoids who answers late, and comes back to it after a time") {
  Cluster cluster({.policy = Policy::peak_ewma, .latency_memory = 10s}, named({1, 1}));
  cluster.begin(0).end({.now = {}, .latency = 2s});
  cluster.begin(1).end({.now = {}, .latency = 20ms});
  Picking picking(cluster);
  CHECK(picking.count(1000) == Counts{0, 1000, 0});
  // 2 s have faded to 20 ms after 10 s * ln 100 = 46 s; the other is asked meanwhile.
  picking.now += 40s;
  cluster.begin(1).end({.now = picking.now, .latency = 20ms});
  CHECK(picking.count(1000) == Counts{0, 1000, 0});
  picking.now += 10s;
  cluster.begin(1).end({.now = picking.now, .latency = 20ms});
  CHECK(picking.count(1000) == Counts{1000, 0, 0});
}

TEST_CASE("peak EWMA asks a backend that it does not know at once, but only once") {
  Cluster cluster({.policy = Policy::peak_ewma}, named({1, 1}));
  cluster.begin(1).end({.now = {}, .latency = 20ms});
  Picking picking(cluster);
  CHECK(picking.count(100) == Counts{100, 0, 0});
  const lb::InFlight first = cluster.begin(0);
  CHECK(picking.count(100) == Counts{0, 100, 0});
}

TEST_CASE("a backend that fails fast does not attract peak EWMA") {
  Cluster cluster({.policy = Policy::peak_ewma}, named({1, 1}));
  cluster.begin(0).end({.now = {}, .latency = 1ms, .failed = true});
  cluster.begin(1).end({.now = {}, .latency = 100ms});
  CHECK(Picking(cluster).count(1000) == Counts{0, 1000, 0});
}
