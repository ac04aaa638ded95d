#pragma once
// Law: how a duration is drawn: always the same, uniform between two ends, or exponential.
// Sizes: a number of bytes, the same or uniform between two ends.
//
//   const Law service = Law::exponential(5ms);
//   Random random(StreamKey{seed, "service", connection});
//   const Duration pause = service.draw(random);
//
// Integers only; one draw each, none when there is nothing to choose.

#include <cstdint>

#include "base/random.hpp"
#include "base/time.hpp"

namespace weir::sim::model {

struct Law {
  enum class Kind : std::uint8_t { fixed, uniform, exponential };

  static Law fixed(Duration value) noexcept { return {Kind::fixed, value, value}; }
  static Law uniform(Duration from, Duration to) noexcept { return {Kind::uniform, from, to}; }
  static Law exponential(Duration mean) noexcept { return {Kind::exponential, mean, mean}; }

  Duration draw(Random& random) const noexcept {
    switch (kind) {
      case Kind::fixed: return low;
      case Kind::uniform: return low == high ? low : random.between(low, high);
      case Kind::exponential: return random.exponential(low);
    }
    return low;
  }

  Kind kind = Kind::fixed;
  Duration low{0};   // the value, the low end, or the mean
  Duration high{0};  // of uniform: the high end, not below `low`
};

struct Sizes {
  std::uint64_t draw(Random& random) const noexcept {
    return low == high ? low : low + random.below(high - low + 1);
  }

  std::uint64_t low = 0;
  std::uint64_t high = 0;  // not below `low`
};

}  // namespace weir::sim::model
