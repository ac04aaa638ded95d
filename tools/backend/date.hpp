#pragma once
// The Date field of answers (RFC 9110, 6.6.1), made at most once a second.
//
//   out << date.text(world.timers.now(), world.wall_clock);

#include <array>
#include <string_view>

#include "base/time.hpp"
#include "io/world.hpp"

namespace weir::backend {

class Date {
 public:
  // "Sun, 06 Nov 1994 08:49:37 GMT"; at most a second behind. Valid until the next call.
  std::string_view text(TimePoint now, const io::WallClock& clock);

 private:
  static constexpr std::size_t kBytes = 29;

  std::array<char, kBytes> text_{};
  TimePoint stale_at_ = TimePoint::min();
};

}  // namespace weir::backend
