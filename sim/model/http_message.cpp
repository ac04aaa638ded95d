#include "sim/model/http_message.hpp"

#include <charconv>

#include <fmt/format.h>

namespace weir::sim::model {

std::string to_string(const HttpTag& tag) {
  return fmt::format("{}/{}", tag.connection, tag.request);
}

std::optional<HttpTag> parse_tag(std::string_view text) noexcept {
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const std::optional<std::uint64_t> connection = parse_decimal(text.substr(0, slash));
  const std::optional<std::uint64_t> request = parse_decimal(text.substr(slash + 1));
  if (!connection || !request || *request > UINT32_MAX) return std::nullopt;
  return HttpTag{*connection, static_cast<std::uint32_t>(*request)};
}

std::optional<std::uint64_t> parse_decimal(std::string_view text) noexcept {
  std::uint64_t value = 0;
  const char* end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, value);
  if (text.empty() || error != std::errc() || stopped != end) return std::nullopt;
  return value;
}

const char* to_string(HttpMethod method) noexcept {
  switch (method) {
    case HttpMethod::get: return "GET";
    case HttpMethod::head: return "HEAD";
    case HttpMethod::post: return "POST";
  }
  return "unknown";
}

std::optional<HttpMethod> parse_method(std::string_view text) noexcept {
  for (const HttpMethod method : {HttpMethod::get, HttpMethod::head, HttpMethod::post}) {
    if (text == to_string(method)) return method;
  }
  return std::nullopt;
}

std::string received_text(std::uint64_t bytes, const Checksum& checksum) {
  return fmt::format("{}/{:x}", bytes, checksum.value());
}

}  // namespace weir::sim::model
