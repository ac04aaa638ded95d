#pragma once
// The words of the command line and of /control: durations, ratios, switches, query strings.
//
//   parse_duration("50ms")   parse_ratio("1/20")   parse_switch("on")
//
// Each returns nullopt for what it does not understand, and never throws. config/units.hpp has the
// forms; here "0" and "1" do without their units, because that is what people type into curl.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/random.hpp"
#include "base/time.hpp"

namespace weir::backend {

inline constexpr Duration kDurationMax = std::chrono::hours(1);

std::optional<Duration> parse_duration(std::string_view text);  // "50ms" or "0", at most 1h
std::optional<Ratio> parse_ratio(std::string_view text);        // "1/20", "0" or "1"
std::optional<bool> parse_switch(std::string_view text);        // 1 0 on off true false yes no
std::optional<std::uint64_t> parse_count(std::string_view text, std::uint64_t max);

struct Parameter {
  std::string key;  // both percent-decoded
  std::string value;
};

// Takes one `key=value` off the front of a query string; nullopt at its end.
std::optional<Parameter> take_parameter(std::string_view& query);

// The text of `key` in `query`, as it stands; nullopt when it is not there. Does not allocate.
std::optional<std::string_view> find_parameter(std::string_view query, std::string_view key);

}  // namespace weir::backend
