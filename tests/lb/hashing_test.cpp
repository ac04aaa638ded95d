// Consistency of the policies that hash: whose key is whose, and who moves when the list changes.

#include <algorithm>
#include <map>
#include <set>

#include <catch2/catch.hpp>
#include <rapidcheck/catch.h>

#include "lb/maglev.hpp"
#include "picking.hpp"

using namespace weir;
using lb::BackendSpec;
using lb::Cluster;
using lb::Policy;
using test::named;
using test::Picking;

namespace {

constexpr std::uint64_t kKeys = 4000;

// The name of the backend that each of kKeys keys belongs to.
std::vector<std::string> owners(Cluster& cluster) {
  std::vector<std::string> names;
  Picking picking(cluster);
  for (std::uint64_t key = 0; key < kKeys; ++key) {
    names.push_back(cluster.spec(picking.pick(mix(key, 77)).value()).name);
  }
  return names;
}

std::vector<std::string> owners(Policy policy, const std::vector<BackendSpec>& backends) {
  Cluster cluster({.policy = policy}, backends);
  return owners(cluster);
}

std::vector<BackendSpec> without(std::vector<BackendSpec> backends, std::size_t index) {
  backends.erase(backends.begin() + static_cast<std::ptrdiff_t>(index));
  return backends;
}

std::uint64_t moved_between_others(const std::vector<std::string>& before,
                                   const std::vector<std::string>& after,
                                   const std::string& changed) {
  std::uint64_t moved = 0;
  for (std::uint64_t key = 0; key < kKeys; ++key) {
    if (before[key] != changed && after[key] != changed && before[key] != after[key]) ++moved;
  }
  return moved;
}

}  // namespace

TEST_CASE("the ring moves no key between backends that stay") {
  rc::prop("for any small weights and whoever is added or removed", [] {
    const auto weights =
        *rc::gen::resize(8, rc::gen::suchThat(rc::gen::container<std::vector<std::uint32_t>>(
                                                  rc::gen::inRange<std::uint32_t>(1, 5)),
                                              [](const auto& all) { return all.size() >= 2; }));
    const std::vector<BackendSpec> all = named(weights);
    const auto changed = *rc::gen::inRange<std::size_t>(0, all.size());
    const std::vector<std::string> with = owners(Policy::ring_hash, all);
    const std::vector<std::string> less = owners(Policy::ring_hash, without(all, changed));
    RC_ASSERT(moved_between_others(with, less, all[changed].name) == 0U);
  });
}

TEST_CASE("the ring and Maglev keep all keys of the others when a backend goes down") {
  for (const Policy policy : {Policy::ip_hash, Policy::ring_hash, Policy::maglev}) {
    INFO(to_string(policy));
    Cluster cluster({.policy = policy}, named({1, 2, 1, 3}));
    const std::vector<std::string> before = owners(cluster);
    cluster.set_health(1, false, {});
    const std::vector<std::string> meanwhile = owners(cluster);
    CHECK(moved_between_others(before, meanwhile, "b1") == 0);
    CHECK(std::ranges::count(meanwhile, "b1") == 0);
    cluster.set_health(1, true, {});
    CHECK(owners(cluster) == before);
  }
}

TEST_CASE("Maglev moves few keys between backends that stay") {
  for (const std::size_t count : {3U, 10U, 50U}) {
    const std::vector<BackendSpec> all = named(std::vector<std::uint32_t>(count, 1));
    const std::vector<std::string> before = owners(Policy::maglev, all);
    for (const std::size_t changed : {std::size_t{0}, count / 2, count - 1}) {
      const std::vector<std::string> after = owners(Policy::maglev, without(all, changed));
      const std::uint64_t moved = moved_between_others(before, after, all[changed].name);
      INFO(moved << " of " << kKeys << " moved between " << count);
      CHECK(moved < kKeys * 3 / 100);
    }
  }
}

TEST_CASE("Maglev's shares differ by a percent, the ring's by tens") {
  const std::vector<BackendSpec> all = named(std::vector<std::uint32_t>(20, 1));
  const auto spread = [&](Policy policy) {  // the largest share in percent of the mean
    Cluster cluster({.policy = policy}, all);
    Picking picking(cluster);
    std::vector<std::uint64_t> counts(20, 0);
    constexpr std::uint64_t kSteps = 65'537;
    for (std::uint64_t i = 0; i < kSteps; ++i) {  // even over the circle and over the table
      ++counts[picking.pick(i * (~std::uint64_t{0} / kSteps)).value()];
    }
    return std::ranges::max(counts) * 20 * 100 / kSteps;
  };
  CHECK(spread(Policy::maglev) <= 101);
  CHECK(spread(Policy::ring_hash) >= 105);
  CHECK(spread(Policy::ring_hash) <= 140);
}

TEST_CASE("a ring's shares follow the weights roughly") {
  const std::vector<std::string> names = owners(Policy::ring_hash, named({1, 2, 4}));
  const auto percent = [&](const char* name) {
    return std::ranges::count(names, name) * 100 / static_cast<std::int64_t>(kKeys);
  };
  CHECK(percent("b0") >= 10);  // 14
  CHECK(percent("b0") <= 18);
  CHECK(percent("b1") >= 23);  // 29
  CHECK(percent("b1") <= 35);
  CHECK(percent("b2") >= 49);  // 57
  CHECK(percent("b2") <= 65);
}

TEST_CASE("weights of any size fit into the ring") {
  for (const std::uint32_t weight : {1U, 100U, lb::kWeightMax}) {
    const std::vector<std::string> names = owners(Policy::ring_hash, named({weight, weight, 1}));
    CHECK(std::set<std::string>(names.begin(), names.end()).contains("b0"));
    CHECK(std::set<std::string>(names.begin(), names.end()).contains("b1"));
  }
}

TEST_CASE("proxies agree on the ring and on Maglev in whatever order they know the backends") {
  std::vector<BackendSpec> backends = named({1, 2, 3, 4, 5, 6, 7});
  for (const Policy policy : {Policy::ring_hash, Policy::maglev}) {
    INFO(to_string(policy));
    // A small table: backends meet at a slot often, and the order of their turns decides.
    Cluster one({.policy = policy, .maglev_size = 251}, backends);
    std::ranges::reverse(backends);
    Cluster other({.policy = policy, .maglev_size = 251}, backends);
    CHECK(owners(one) == owners(other));
  }
}

TEST_CASE("a key without a bound always meets the same backend, a tried one apart") {
  for (const Policy policy : {Policy::ip_hash, Policy::ring_hash, Policy::maglev}) {
    INFO(to_string(policy));
    Cluster cluster({.policy = policy}, named({1, 1, 1}));
    Picking picking(cluster);
    for (std::uint64_t key = 0; key < 50; ++key) {
      const std::uint32_t owner = picking.pick(mix(key, 3)).value();
      CHECK(picking.pick(mix(key, 3)) == owner);
      picking.tried = {owner};
      const std::uint32_t second = picking.pick(mix(key, 3)).value();
      CHECK(second != owner);
      CHECK(picking.pick(mix(key, 3)) == second);
      picking.tried = {};
    }
  }
}

TEST_CASE("a bounded load is never exceeded") {
  rc::prop("for any weights, bound and hot keys", [] {
    const Policy policy = *rc::gen::element(Policy::ip_hash, Policy::ring_hash, Policy::maglev);
    const auto weights =
        *rc::gen::resize(8, rc::gen::nonEmpty(rc::gen::container<std::vector<std::uint32_t>>(
                                rc::gen::inRange<std::uint32_t>(1, 5))));
    const Ratio bound = *rc::gen::element(Ratio{1, 1}, Ratio{5, 4}, Ratio{2, 1});
    Cluster cluster({.policy = policy, .load_bound = bound, .maglev_size = 251}, named(weights));
    std::uint64_t sum = 0;
    for (const std::uint32_t weight : weights) sum += weight;
    Picking picking(cluster);
    std::vector<lb::InFlight> open;
    const auto hot = *rc::gen::inRange<std::uint64_t>(1, 4);  // so many keys
    for (int i = 0; i < 100; ++i) {
      const std::uint64_t key = picking.random().below(hot);
      const std::uint32_t picked = picking.pick(mix(key, 5)).value();
      open.push_back(cluster.begin(picked));
      const std::uint64_t of = bound.of * sum;
      const std::uint64_t limit =
          (bound.of_these * cluster.in_flight() * weights[picked] + of - 1) / of;
      RC_ASSERT(cluster.state(picked).in_flight <= limit);
      if (picking.random().chance({1, 4})) {
        open.erase(open.begin() + static_cast<std::ptrdiff_t>(picking.random().below(open.size())));
      }
    }
  });
}

TEST_CASE("a key stays with its backend while that is within its bound") {
  Cluster cluster({.policy = Policy::ring_hash, .load_bound = Ratio{2, 1}}, named({1, 1}));
  Picking picking(cluster);
  const std::uint32_t owner = picking.pick(99).value();
  std::vector<lb::InFlight> open;
  open.push_back(cluster.begin(1 - owner));
  for (int i = 0; i < 10; ++i) {
    CHECK(picking.pick(99) == owner);
    open.push_back(cluster.begin(owner));
    open.push_back(cluster.begin(1 - owner));
  }
}

TEST_CASE("primes are primes") {
  for (const std::uint32_t prime : {2U, 3U, 5U, 251U, 5003U, 65'537U, lb::kMaglevSizeMax}) {
    CHECK(lb::is_prime(prime));
  }
  for (const std::uint32_t number : {0U, 1U, 4U, 9U, 65'536U, 65'539U * 3, 4'294'967'295U}) {
    CHECK_FALSE(lb::is_prime(number));
  }
}
