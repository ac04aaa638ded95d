#pragma once
// SimWallClock: the time of day of a simulated host. A world begins on 2026-01-01 at 00:00 UTC;
// each host's clock may be stepped by hand, and timers do not notice.
//
//   SimWallClock clock(timers);   clock.step(-1h);

#include <chrono>

#include "io/world.hpp"

namespace weir::sim::internal {

class SimWallClock final : public io::WallClock {
 public:
  static constexpr Time kBegin =
      std::chrono::sys_days(std::chrono::year(2026) / std::chrono::January / 1);

  explicit SimWallClock(const task::Timers& timers) noexcept : timers_(timers) {}

  Time now() const override { return kBegin + timers_.now().time_since_epoch() + stepped_; }
  void step(Duration by) noexcept { stepped_ += by; }

 private:
  const task::Timers& timers_;
  Duration stepped_{0};
};

}  // namespace weir::sim::internal
