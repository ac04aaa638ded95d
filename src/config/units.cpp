#include "config/units.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

namespace weir::config {
namespace {

__extension__ typedef __int128 Wide;

struct Unit {
  std::string_view name;
  std::int64_t size;
};

constexpr std::array<Unit, 7> kTimes = {{{"ns", 1},
                                         {"us", 1'000},
                                         {"ms", 1'000'000},
                                         {"s", 1'000'000'000},
                                         {"m", 60'000'000'000},
                                         {"min", 60'000'000'000},
                                         {"h", 3'600'000'000'000}}};
constexpr std::array<Unit, 5> kSizes = {
    {{"", 1}, {"B", 1}, {"KiB", 1 << 10}, {"MiB", 1 << 20}, {"GiB", 1 << 30}}};

std::optional<std::uint64_t> parse_whole(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

// "12.5 KiB": a number with at most nine decimals, and one of the units.
template <std::size_t count>
std::optional<std::int64_t> parse_quantity(std::string_view text,
                                           const std::array<Unit, count>& units) {
  text = trimmed(text);
  const std::size_t letters = std::min(text.find_first_not_of("0123456789."), text.size());
  if (letters == 0) return std::nullopt;
  const std::string_view number = text.substr(0, letters);
  const std::string_view name = trimmed(text.substr(letters));
  const std::size_t point = std::min(number.find('.'), number.size());
  const std::optional<std::uint64_t> whole = parse_whole(number.substr(0, point));
  std::uint64_t decimals = 0;
  std::int64_t scale = 1;
  if (point < number.size()) {
    const std::string_view digits = number.substr(point + 1);
    const std::optional<std::uint64_t> parsed = parse_whole(digits);
    if (!parsed || digits.size() > 9) return std::nullopt;
    decimals = *parsed;
    for (std::size_t i = 0; i < digits.size(); ++i) scale *= 10;
  }
  for (const Unit& unit : units) {
    if (unit.name != name || !whole) continue;
    const Wide scaled = (static_cast<Wide>(*whole) * scale + decimals) * unit.size;
    if (scaled % scale != 0 || scaled / scale > INT64_MAX) return std::nullopt;
    return static_cast<std::int64_t>(scaled / scale);
  }
  return std::nullopt;
}

}  // namespace

std::optional<Duration> parse_duration(std::string_view text) {
  text = trimmed(text);
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  const std::optional<std::int64_t> value = parse_quantity(text, kTimes);
  if (!value) return std::nullopt;
  return Duration(negative ? -*value : *value);
}

std::optional<std::uint64_t> parse_size(std::string_view text) {
  const std::optional<std::int64_t> value = parse_quantity(text, kSizes);
  if (!value) return std::nullopt;
  return static_cast<std::uint64_t>(*value);
}

std::optional<Ratio> parse_ratio(std::string_view text) {
  text = trimmed(text);
  if (text == "0") return Ratio(0, 1);
  if (text == "1") return Ratio(1, 1);
  if (const std::optional<std::uint64_t> percent = parse_percent(text)) {
    return Ratio(*percent, 100);
  }
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const std::optional<std::uint64_t> above = parse_whole(text.substr(0, slash));
  const std::optional<std::uint64_t> below = parse_whole(text.substr(slash + 1));
  if (!above || !below || *below == 0 || *above > *below) return std::nullopt;
  return Ratio(*above, *below);
}

std::optional<std::uint64_t> parse_percent(std::string_view text) {
  text = trimmed(text);
  if (!text.ends_with('%')) return std::nullopt;
  const std::optional<std::uint64_t> value = parse_whole(text.substr(0, text.size() - 1));
  if (!value || *value > 100) return std::nullopt;
  return value;
}

std::string to_string(Duration duration) {
  if (duration == Duration::zero()) return "0s";
  for (const std::string_view name : {"h", "m", "s", "ms", "us"}) {
    const Unit& unit = *std::ranges::find(kTimes, name, &Unit::name);
    if (duration.count() % unit.size == 0) {
      return fmt::format("{}{}", duration.count() / unit.size, name);
    }
  }
  return fmt::format("{}ns", duration.count());
}

std::string size_text(std::uint64_t bytes) {
  for (const std::string_view name : {"GiB", "MiB", "KiB"}) {
    const auto unit =
        static_cast<std::uint64_t>(std::ranges::find(kSizes, name, &Unit::name)->size);
    if (bytes > 0 && bytes % unit == 0) return fmt::format("{}{}", bytes / unit, name);
  }
  return fmt::format("{}", bytes);
}

}  // namespace weir::config
