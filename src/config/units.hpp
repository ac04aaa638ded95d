#pragma once
// Quantities as people write them: "250ms", "1.5s", "64KiB", "1/20", "5%". Exact: no floating
// point; what does not come out in whole nanoseconds or bytes is refused.
//
//   const std::optional<Duration> wait = parse_duration("1500ms");
//
// nullopt means: not of that form, or too large; kDurationForm and the like say what is.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/random.hpp"
#include "base/time.hpp"

namespace weir::config {

inline constexpr std::string_view kDurationForm =
    "a number with a unit: ns, us, ms, s, m or h (such as 250ms)";
inline constexpr std::string_view kSizeForm =
    "a number of bytes, or with a unit: B, KiB, MiB or GiB (such as 64KiB)";
inline constexpr std::string_view kRatioForm = "a fraction or percentage (such as 1/20 or 5%)";

std::optional<Duration> parse_duration(std::string_view text);  // may be negative
std::optional<std::uint64_t> parse_size(std::string_view text);
std::optional<Ratio> parse_ratio(std::string_view text);            // 0 to 1
std::optional<std::uint64_t> parse_percent(std::string_view text);  // "99%"

// In the largest unit that keeps it whole: 1500 ms is "1500ms", 60 s is "1m".
std::string to_string(Duration duration);
std::string size_text(std::uint64_t bytes);  // 65536 is "64KiB", 65537 is "65537"

}  // namespace weir::config
