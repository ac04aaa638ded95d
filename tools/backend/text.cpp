#include "backend/text.hpp"

#include <charconv>

#include "config/units.hpp"

namespace weir::backend {
namespace {

int hex_digit(char letter) {
  if (letter >= '0' && letter <= '9') return letter - '0';
  if (letter >= 'a' && letter <= 'f') return letter - 'a' + 10;
  if (letter >= 'A' && letter <= 'F') return letter - 'A' + 10;
  return -1;
}

std::string percent_decoded(std::string_view text) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const int high = text[i] == '%' && i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
    const int low = high >= 0 ? hex_digit(text[i + 2]) : -1;
    if (low >= 0) {
      decoded += static_cast<char>(high * 16 + low);
      i += 2;
    } else {
      decoded += text[i] == '+' ? ' ' : text[i];
    }
  }
  return decoded;
}

// Takes the text before the next '&' off the front of `query`.
std::string_view take_pair(std::string_view& query) {
  const std::size_t end = query.find('&');
  const std::string_view pair = query.substr(0, end);
  query.remove_prefix(end == std::string_view::npos ? query.size() : end + 1);
  return pair;
}

}  // namespace

std::optional<Duration> parse_duration(std::string_view text) {
  if (text == "0") return Duration::zero();
  const std::optional<Duration> duration = config::parse_duration(text);
  const bool in_range = duration && *duration >= Duration::zero() && *duration <= kDurationMax;
  return in_range ? duration : std::nullopt;
}

std::optional<Ratio> parse_ratio(std::string_view text) { return config::parse_ratio(text); }

std::optional<bool> parse_switch(std::string_view text) {
  for (const std::string_view yes : {"1", "on", "true", "yes"}) {
    if (text == yes) return true;
  }
  for (const std::string_view no : {"0", "off", "false", "no"}) {
    if (text == no) return false;
  }
  return std::nullopt;
}

std::optional<std::uint64_t> parse_count(std::string_view text, std::uint64_t max) {
  std::uint64_t number = 0;
  const char* const text_end = text.data() + text.size();
  const auto [end, failure] = std::from_chars(text.data(), text_end, number);
  if (failure != std::errc() || end != text_end || number > max) return std::nullopt;
  return number;
}

std::optional<Parameter> take_parameter(std::string_view& query) {
  while (!query.empty()) {
    const std::string_view pair = take_pair(query);
    if (pair.empty()) continue;
    const std::size_t equals = pair.find('=');
    const std::string_view value =
        equals == std::string_view::npos ? std::string_view() : pair.substr(equals + 1);
    return Parameter{percent_decoded(pair.substr(0, equals)), percent_decoded(value)};
  }
  return std::nullopt;
}

std::optional<std::string_view> find_parameter(std::string_view query, std::string_view key) {
  while (!query.empty()) {
    const std::string_view pair = take_pair(query);
    const std::size_t equals = pair.find('=');
    if (pair.substr(0, equals) != key) continue;
    return equals == std::string_view::npos ? std::string_view() : pair.substr(equals + 1);
  }
  return std::nullopt;
}

}  // namespace weir::backend
