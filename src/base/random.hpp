#pragma once
// Deterministic randomness: the same numbers on every compiler, level and machine.
//
//   Random random(StreamKey{.seed = 7, .purpose = "latency", .entity = 3});
//   if (random.chance({1, 20})) ...
//
// Streams are keyed by (seed, purpose, entity), so that removing one draw of one entity does not
// reshuffle anybody else's. Integers only: no std distribution (they differ between libraries),
// no floats. Draw once per full expression: compilers evaluate arguments in different orders.
//
// Generator: xoshiro256** 1.0 (Blackman and Vigna, 2018), seeded through splitmix64.
// Not for secrets.

#include <array>
#include <cstdint>
#include <string_view>

#include "base/time.hpp"

namespace weir {

struct StreamKey {
  std::uint64_t seed = 0;
  std::string_view purpose;  // only hashed; need not outlive the call
  std::uint64_t entity = 0;
};

// A probability as a fraction: {1, 20} is one in twenty. `of` is at least 1.
struct Ratio {
  std::uint64_t of_these = 0;
  std::uint64_t of = 1;

  friend bool operator==(const Ratio&, const Ratio&) = default;
};

class Random {
 public:
  explicit Random(const StreamKey& key) noexcept;

  std::uint64_t next() noexcept;  // uniform over all 64 bits

  // Uniform in [0, bound); bound is at least 1. Unbiased (Lemire, 2019).
  std::uint64_t below(std::uint64_t bound) noexcept;

  // Uniform in [low, high], both included; low <= high.
  std::int64_t between(std::int64_t low, std::int64_t high) noexcept;
  Duration between(Duration low, Duration high) noexcept;

  // True with probability ratio.of_these / ratio.of. Draws nothing when that is 0 or 1.
  bool chance(Ratio ratio) noexcept;

  // Exponentially distributed with this mean, computed in fixed point (2^-32 relative error);
  // never more than 45 times the mean.
  Duration exponential(Duration mean) noexcept;

 private:
  std::array<std::uint64_t, 4> state_;
};

// A 64-bit mix of two words (splitmix64's finaliser): for hashes and keys, not for secrets.
std::uint64_t mix(std::uint64_t a, std::uint64_t b) noexcept;

}  // namespace weir
