#pragma once
// The one notion of time that portable code knows: nanoseconds since an origin
// that all Worlds of a process share.
//
//   TimePoint give_up_at = timers.now() + 5s;
//
// Time is monotonic and is read only from task::Timers, which a World advances: from the steady
// clock in the real world, from event to event in the simulator. Wall-clock time (for logs and
// certificates) is another thing: io::WallClock.

#include <chrono>
#include <cstdint>

namespace weir {

using Duration = std::chrono::duration<std::int64_t, std::nano>;

// The clock tag of TimePoint. It deliberately has no now(): ask task::Timers.
struct WorldClock {
  using rep = Duration::rep;
  using period = Duration::period;
  using duration = Duration;
  using time_point = std::chrono::time_point<WorldClock>;
  static constexpr bool is_steady = true;
};

using TimePoint = WorldClock::time_point;

// Later than every time that a World reaches (292 years).
inline constexpr TimePoint kNever = TimePoint::max();

// `from + wait` without overflow: waits that are too long to add become kNever.
constexpr TimePoint after(TimePoint from, Duration wait) noexcept {
  return wait > kNever - from ? kNever : from + wait;
}

}  // namespace weir
