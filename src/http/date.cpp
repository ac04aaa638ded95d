#include "http/date.hpp"

#include <algorithm>
#include <chrono>

namespace weir::http {
namespace {

constexpr std::int64_t kLastSecond = 253402300799;  // 9999-12-31 23:59:59
constexpr std::string_view kDays = "SunMonTueWedThuFriSat";
constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";

char* put(char* to, std::string_view text) noexcept { return std::ranges::copy(text, to).out; }

char* put_number(char* to, std::int64_t number, int digits) noexcept {
  for (int i = digits - 1; i >= 0; --i) {
    to[i] = static_cast<char>('0' + number % 10);
    number /= 10;
  }
  return to + digits;
}

}  // namespace

HttpDate::HttpDate(std::int64_t unix_seconds) noexcept {
  const std::chrono::sys_seconds moment(
      std::chrono::seconds(std::clamp<std::int64_t>(unix_seconds, 0, kLastSecond)));
  const auto day = std::chrono::floor<std::chrono::days>(moment);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(moment - day);
  char* to = text_.data();
  to = put(to, kDays.substr(std::chrono::weekday(day).c_encoding() * 3, 3));
  to = put_number(put(to, ", "), unsigned(date.day()), 2);
  to = put(put(to, " "), kMonths.substr((unsigned(date.month()) - 1) * 3, 3));
  to = put_number(put(to, " "), int(date.year()), 4);
  to = put_number(put(to, " "), time.hours().count(), 2);
  to = put_number(put(to, ":"), time.minutes().count(), 2);
  to = put_number(put(to, ":"), time.seconds().count(), 2);
  put(to, " GMT");
}

}  // namespace weir::http
