#include "sim/check/oracle.hpp"

#include <array>

#include <fmt/format.h>

namespace weir::sim::check {

void Oracle::fail(TimePoint at, std::string story) {
  if (violations_++ == 0) first_ = Violation{at, std::move(story)};
}

std::string Oracle::report() const {
  if (holds()) return "holds: " + summary();
  std::string text = fmt::format("VIOLATED at {}: {}", text_of(first_.at), first_.story);
  if (violations_ > 1) text += fmt::format(" (and {} more)", text_of_count(violations_ - 1));
  return text;
}

std::string text_of(TimePoint at) {
  const std::int64_t micros = at.time_since_epoch().count() / 1000;
  return fmt::format("{}.{:06} s", micros / 1'000'000, micros % 1'000'000);
}

std::string text_of(Duration time) {
  struct Unit {
    std::int64_t nanoseconds;
    const char* name;
  };
  constexpr std::array<Unit, 5> units = {
      {{60'000'000'000, "min"}, {1'000'000'000, "s"}, {1'000'000, "ms"}, {1'000, "us"}, {1, "ns"}}};
  const std::int64_t count = time.count();
  if (count == 0) return "0 s";
  const std::int64_t size = count < 0 ? -count : count;
  std::size_t unit = 0;
  while (units[unit].nanoseconds > size) ++unit;
  if (unit == 0 && size % units[0].nanoseconds != 0) ++unit;  // 90 s, not 1.5 min
  const std::int64_t whole = size / units[unit].nanoseconds;
  std::string fraction = fmt::format("{:0{}}", size % units[unit].nanoseconds,
                                     fmt::formatted_size("{}", units[unit].nanoseconds) - 1);
  fraction.erase(fraction.find_last_not_of('0') + 1);
  return fmt::format("{}{}{}{} {}", count < 0 ? "-" : "", whole, fraction.empty() ? "" : ".",
                     fraction, units[unit].name);
}

std::string text_of_count(std::uint64_t count) {
  const std::string digits = fmt::format("{}", count);
  std::string text;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0) text += ',';
    text += digits[i];
  }
  return text;
}

}  // namespace weir::sim::check
