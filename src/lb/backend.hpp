#pragma once
// BackendSpec and BackendState: a backend as it is configured, and what all workers share of it.
//
//   BackendSpec spec{.name = "10.0.0.7:80", .weight = 3};
//
// A state is one cache line of atomics, so that requests to two backends do not slow each other.
// All accesses are relaxed: each field means something by itself, none announces another.

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <limits>
#include <string>

#include "base/time.hpp"
#include "lb/latency_estimate.hpp"

namespace weir::lb {

inline constexpr std::uint32_t kBackendsMax = 1024;  // of a cluster
inline constexpr std::uint32_t kWeightMax = 65'535;

struct BackendSpec {
  std::string name;          // what hashing policies place it by; unique within its cluster
  std::uint32_t weight = 1;  // at most kWeightMax; 0 takes no new requests
};

// A ramp of slow start that is over.
inline constexpr std::uint64_t kRampOne = 1024;

struct alignas(64) BackendState {
  static constexpr std::int64_t kWarm = std::numeric_limits<std::int64_t>::min();

  std::atomic<std::uint32_t> in_flight{0};
  std::atomic<std::uint32_t> weight{1};  // as the policy heeds it
  std::atomic<bool> eligible{true};
  std::atomic<std::int64_t> warms_since{kWarm};  // when it came back, while that matters
  LatencyEstimate latency;
  std::atomic<std::uint64_t> begun{0};
  std::atomic<std::uint64_t> failed{0};

  // How much of its weight it has in slow start: rises from 1 to kRampOne over `window`.
  std::uint64_t ramp(TimePoint now, Duration window) const noexcept {
    const std::int64_t since = warms_since.load(std::memory_order_relaxed);
    if (since == kWarm) return kRampOne;
    const std::int64_t age = std::max<std::int64_t>(now.time_since_epoch().count() - since, 0);
    if (age >= window.count()) return kRampOne;
    const std::int64_t step =
        std::max<std::int64_t>(window.count() / static_cast<std::int64_t>(kRampOne), 1);
    return std::clamp<std::uint64_t>(static_cast<std::uint64_t>(age / step), 1, kRampOne);
  }
};
static_assert(sizeof(BackendState) == 64);

}  // namespace weir::lb
