#pragma once
// What the tests of pickers share: clusters made in a line, and counts of who was picked.
//
//   Cluster cluster({.policy = Policy::random}, named({1, 2, 3}));
//   std::vector<std::uint64_t> picks = Picking(cluster).count(6000);
//
// A Picking picks with random hashes, at a time that stands still unless it is moved. It does not
// begin requests on what it picks: see in_flight.

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "lb/cluster.hpp"
#include "support/seed.hpp"

namespace weir::test {

// Backends "b0", "b1", ... of these weights.
inline std::vector<lb::BackendSpec> named(const std::vector<std::uint32_t>& weights) {
  std::vector<lb::BackendSpec> backends;
  for (const std::uint32_t weight : weights) {
    backends.push_back({.name = "b" + std::to_string(backends.size()), .weight = weight});
  }
  return backends;
}

class Picking {
 public:
  explicit Picking(lb::Cluster& cluster)
      : cluster_(cluster), random_({.seed = seed(), .purpose = "picking"}) {}

  TimePoint now;
  std::vector<std::uint32_t> tried;
  std::size_t in_flight = 0;  // so many requests are open at a time, each ends after as many others

  std::optional<std::uint32_t> pick() { return pick(random_.next()); }
  std::optional<std::uint32_t> pick(std::uint64_t hash) {
    return cluster_.pick({.now = now, .hash = hash, .random = random_, .tried = tried});
  }

  // How often each backend is picked; the last entry counts the picks of nobody.
  std::vector<std::uint64_t> count(std::uint64_t picks) {
    std::vector<std::uint64_t> counts(cluster_.size() + 1, 0);
    for (std::uint64_t i = 0; i < picks; ++i) {
      const std::optional<std::uint32_t> picked = pick();
      ++counts[picked.value_or(static_cast<std::uint32_t>(cluster_.size()))];
      if (picked && in_flight > 0) open_.push_back(cluster_.begin(*picked));
      if (open_.size() > in_flight) open_.pop_front();
    }
    return counts;
  }

  Random& random() { return random_; }

 private:
  lb::Cluster& cluster_;
  Random random_;
  std::deque<lb::InFlight> open_;
};

// Is `count` what `picks` draws of probability of_these/of give, within five standard deviations?
inline bool is_share(std::uint64_t count, std::uint64_t picks, Ratio share) {
  const double p = static_cast<double>(share.of_these) / static_cast<double>(share.of);
  const double expected = static_cast<double>(picks) * p;
  const double off = static_cast<double>(count) - expected;
  return off * off <= 25 * expected * (1 - p) + 1;
}

}  // namespace weir::test
