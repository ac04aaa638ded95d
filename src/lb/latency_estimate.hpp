#pragma once
// LatencyEstimate: how long a backend takes, as an exponentially weighted moving average that jumps
// to every peak at once and forgets it slowly; shared by all workers without a lock.
//
//   estimate.observe(now, latency, decay);      const Duration expected = estimate.at(now, decay);
//
// - Integers only (DESIGN 5): the weight e^(-elapsed/memory) is a 32-bit fraction.
// - Each stretch of time since the last observation is used by one observer, whatever the workers
//   do at the same time. Workers' clocks may differ a little: time that runs backwards is no time.
// - It decays while nobody asks the backend, so that one bad answer does not exile it for ever.
//
// Source: Finagle's peak EWMA load metric (Twitter, 2015).

#include <atomic>
#include <cstdint>

#include "base/time.hpp"

namespace weir::lb {

// How fast the past is forgotten: after `memory`, what was counts 1/e.
class Decay {
 public:
  static constexpr Duration kMemoryMax = std::chrono::hours(1);

  explicit Decay(Duration memory);  // more than nothing, at most kMemoryMax

  // What is left of 2^32 after `elapsed`: at most 0.1 % off.
  std::uint64_t left_after(Duration elapsed) const noexcept;

 private:
  std::uint64_t memory_ns_;
};

class LatencyEstimate {
 public:
  static constexpr Duration kLatencyMax = std::chrono::hours(1);  // longer ones count as this

  void observe(TimePoint now, Duration latency, const Decay& decay) noexcept;

  // Zero only while nothing was observed.
  Duration at(TimePoint now, const Decay& decay) const noexcept;

 private:
  std::atomic<std::int64_t> average_ns_{0};   // 0: nothing observed
  std::atomic<std::int64_t> observed_at_{0};  // never moves back
};

}  // namespace weir::lb
