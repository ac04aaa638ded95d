#include "backend/date.hpp"

#include <chrono>

#include <fmt/format.h>

namespace weir::backend {

std::string_view Date::text(TimePoint now, const io::WallClock& clock) {
  if (now >= stale_at_) {
    constexpr std::array kDays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    constexpr std::array kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                    "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const auto time = std::chrono::floor<std::chrono::seconds>(clock.now());
    const auto midnight = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::year_month_day day(midnight);
    const std::chrono::hh_mm_ss hour(time - midnight);
    fmt::format_to_n(text_.data(), text_.size(), "{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT",
                     kDays[std::chrono::weekday(midnight).c_encoding()],
                     static_cast<unsigned>(day.day()),
                     kMonths[static_cast<unsigned>(day.month()) - 1], static_cast<int>(day.year()),
                     hour.hours().count(), hour.minutes().count(), hour.seconds().count());
    stale_at_ = now + std::chrono::seconds(1);
  }
  return {text_.data(), text_.size()};
}

}  // namespace weir::backend
