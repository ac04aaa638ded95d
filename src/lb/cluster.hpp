#pragma once
// Cluster: a named set of backends, and who of them gets the next request. One object for all
// workers of a process, so that together they balance as one would.
//
//   Cluster cluster(options, {{.name = "10.0.0.7:80"}, {.name = "10.0.0.8:80", .weight = 3}});
//   const auto index = cluster.pick({.now = now, .hash = hash, .random = random, .tried = tried});
//   if (!index) ...                                            // nobody is eligible
//   InFlight request = cluster.begin(*index);   ...   request.end({.now = now, .latency = took});
//
// - pick(), begin() and end() are for any worker at any time: without locks, without allocating.
//   set_...() are for one thread, the control plane's.
// - Eligible is who is healthy, does not drain and has a weight; in panic, when fewer than
//   `panic_below` of those that do not drain are healthy, also the unhealthy ones: to overload the
//   few that are left would lose them too.
// - Slow start: one that comes back begins with next to none of its weight and has all of it after
//   `slow_start`, whatever the policy.
// - The list of backends is fixed; their `now`s may come from clocks that differ by milliseconds.

#include <memory>
#include <optional>
#include <vector>

#include "lb/candidates.hpp"
#include "lb/maglev.hpp"
#include "lb/picker.hpp"
#include "lb/policy.hpp"

namespace weir::lb {

struct ClusterOptions {
  Policy policy = Policy::round_robin;
  Ratio panic_below{1, 2};                             // {0, 1}: never
  Duration slow_start{0};                              // 0: none
  std::optional<Ratio> load_bound = {};                // at least 1; for policies that hash
  Duration latency_memory = std::chrono::seconds(10);  // at most Decay::kMemoryMax
  Duration failure_latency = std::chrono::seconds(1);  // a failure counts as at least this long
  std::uint32_t maglev_size = kMaglevSizeDefault;      // a prime, more than there are backends
};

class Cluster;

// How a request ended that a backend was asked.
struct Outcome {
  TimePoint now;
  Duration latency;     // what the client waited for; policies mean the time to the first byte
  bool failed = false;  // so that another backend would perhaps have done better
};

// A request that its backend has in flight: counted from Cluster::begin() until end(), or until it
// is destroyed, which says nothing about the backend (a client that left). Inside the cluster's
// lifetime.
class [[nodiscard]] InFlight {
 public:
  InFlight(InFlight&& other) noexcept;
  InFlight& operator=(InFlight&& other) noexcept;
  ~InFlight() { release(); }

  std::uint32_t index() const noexcept { return index_; }
  void observe(const Outcome& so_far) noexcept;  // what is known before its end
  void end(const Outcome& outcome) noexcept;     // once

 private:
  friend class Cluster;
  InFlight(Cluster& cluster, std::uint32_t index) noexcept : cluster_(&cluster), index_(index) {}
  void release() noexcept;

  Cluster* cluster_;  // null once it is over
  std::uint32_t index_;
};

class Cluster {
 public:
  // At least one backend, at most kBackendsMax. All are healthy and none drains.
  Cluster(const ClusterOptions& options, std::vector<BackendSpec> backends);
  Cluster(const Cluster&) = delete;
  Cluster& operator=(const Cluster&) = delete;

  // nullopt: nobody is eligible. One of `tried` only if nobody else is.
  std::optional<std::uint32_t> pick(const PickInput& input) noexcept;
  InFlight begin(std::uint32_t index) noexcept;

  void set_health(std::uint32_t index, bool healthy, TimePoint now);
  void set_draining(std::uint32_t index, bool draining, TimePoint now);
  void set_weight(std::uint32_t index, std::uint32_t weight, TimePoint now);

  // For whoever reports. The state is live.
  std::size_t size() const noexcept { return backends_.size(); }
  const BackendState& state(std::uint32_t index) const { return backends_[index]; }
  std::uint64_t in_flight() const noexcept { return in_flight_.load(std::memory_order_relaxed); }
  std::uint32_t eligible() const noexcept { return eligible_.load(std::memory_order_relaxed); }
  bool hashes() const noexcept { return facts(options_.policy).hashes; }  // heeds PickInput::hash
  bool panics() const noexcept { return panics_.load(std::memory_order_relaxed); }
  Duration latency(std::uint32_t index, TimePoint now) const noexcept;

  // For the control plane only.
  const BackendSpec& spec(std::uint32_t index) const { return members_[index].spec; }
  bool healthy(std::uint32_t index) const { return members_[index].healthy; }
  bool draining(std::uint32_t index) const { return members_[index].draining; }

 private:
  friend class InFlight;

  // What the control plane alone knows of a backend.
  struct Member {
    BackendSpec spec;
    bool healthy = true;
    bool draining = false;

    bool in_service() const noexcept { return !draining && spec.weight > 0; }
    bool available() const noexcept { return in_service() && healthy; }
  };

  void change(std::uint32_t index, const Member& to, TimePoint now);
  void publish_shares();
  void publish_eligible();
  void observe(std::uint32_t index, const Outcome& outcome) noexcept;
  void end(std::uint32_t index, const Outcome* outcome) noexcept;

  const ClusterOptions options_;
  std::vector<Member> members_;
  std::vector<BackendState> backends_;
  alignas(64) std::atomic<std::uint64_t> in_flight_{0};
  alignas(64) std::atomic<std::uint32_t> eligible_{0};
  std::atomic<std::uint64_t> eligible_weight_{0};
  std::atomic<bool> panics_{false};
  ClusterView view_;
  std::unique_ptr<Picker> picker_;
};

}  // namespace weir::lb
