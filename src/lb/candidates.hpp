#pragma once
// Candidates: the backends of a cluster as one pick sees them.
//
//   if (candidates.takes(index)) return index;
//
// It answers who may get this request (eligible, not tried, warm enough, within its load bound) and
// how loaded each is; which of them gets it is the picker's. Lives for one pick; never allocates.

#include <cstdint>
#include <optional>
#include <span>

#include "base/random.hpp"
#include "lb/backend.hpp"

namespace weir::lb {

struct PickInput {
  TimePoint now;
  std::uint64_t hash = 0;                     // for the policies that hash; others ignore it
  Random& random;                             // the worker's
  std::span<const std::uint32_t> tried = {};  // backends on which this request has failed already
};

// What a cluster says to all its picks.
struct ClusterView {
  std::span<const BackendState> backends;
  Duration slow_start{0};
  Decay decay;
  std::optional<Ratio> load_bound;
  const std::atomic<std::uint32_t>& eligible;         // how many are
  const std::atomic<std::uint64_t>& eligible_weight;  // the sum of theirs
  const std::atomic<std::uint64_t>& in_flight;        // of all backends
};

class Candidates {
 public:
  // Both outlive it.
  Candidates(const ClusterView& cluster, const PickInput& input) noexcept
      : cluster_(cluster), input_(input) {}

  std::uint32_t count() const noexcept {
    return static_cast<std::uint32_t>(cluster_.backends.size());
  }
  std::uint32_t eligible_count() const noexcept {
    return cluster_.eligible.load(std::memory_order_relaxed);
  }
  const PickInput& input() const noexcept { return input_; }

  // May it get this request at all? The pickers that compare loads ask this, and use weight().
  bool usable(std::uint32_t index) const noexcept;

  // usable(), and if it is in slow start, so often as its ramp says. For pickers that take turns
  // or draw.
  bool takes(std::uint32_t index) const noexcept;

  // The same for pickers that hash: which keys a backend in slow start takes is decided by the key,
  // so that a key moves to it once and stays; and it has room within its load bound.
  bool takes_key(std::uint32_t index) const noexcept;

  std::uint32_t in_flight(std::uint32_t index) const noexcept {
    return cluster_.backends[index].in_flight.load(std::memory_order_relaxed);
  }

  // Its weight in parts of 1/kRampOne, less while in slow start; at least 1. For ratios only.
  std::uint64_t weight(std::uint32_t index) const noexcept;

  // Zero while unknown.
  Duration latency(std::uint32_t index) const noexcept;

  // One of the usable ones, drawn by weight: exact whatever is left, but looks at all backends.
  std::optional<std::uint32_t> draw() const noexcept;

 private:
  std::uint64_t ramp(std::uint32_t index) const noexcept;
  bool has_room(std::uint32_t index) const noexcept;

  const ClusterView& cluster_;
  const PickInput& input_;
};

}  // namespace weir::lb
