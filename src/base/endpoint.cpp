#include "base/endpoint.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include <arpa/inet.h>  // lint: allow(ambient) only inet_pton, a text function
#include <fmt/format.h>

#include "base/text_cursor.hpp"

namespace weir {
namespace {

bool may_be_name(std::string_view host) {
  return std::ranges::none_of(host, [](unsigned char c) {
    return c <= ' ' || c == 0x7f || c == ':' || c == '[' || c == ']';
  });
}

// No name ends in a number (RFC 3696, 2): it is an IPv4 literal, or one that was misspelt, which
// would be looked up in vain, or mean another address than it seems to ("010.0.0.1").
bool ends_in_number(std::string_view host) {
  const std::string_view label = host.substr(host.rfind('.') + 1);
  return !label.empty() && label.find_first_not_of("0123456789") == std::string_view::npos;
}

}  // namespace

std::optional<HostPort> parse_host_port(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return std::nullopt;
  const std::string_view host = text.substr(0, colon);
  const std::string_view digits = text.substr(colon + 1);

  std::uint16_t port = 0;
  const auto [end, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (failure != std::errc() || end != digits.data() + digits.size()) return std::nullopt;

  if (may_be_name(host)) {
    std::string name(host);
    if (ends_in_number(host) && !parse_endpoint(name, port)) return std::nullopt;
    return HostPort{std::move(name), port};
  }
  // An IPv6 literal. Without brackets, which of its colons ends it would be a guess.
  if (host.front() != '[' || host.back() != ']') return std::nullopt;
  std::string literal(host.substr(1, host.size() - 2));
  const std::optional<Endpoint> endpoint = parse_endpoint(literal, port);
  if (!endpoint || !endpoint->is_v6) return std::nullopt;
  return HostPort{std::move(literal), port};
}

std::optional<Endpoint> parse_endpoint(const std::string& host, std::uint16_t port) {
  if (host.find('\0') != std::string::npos) return std::nullopt;  // inet_pton would stop there
  Endpoint endpoint{.port = port};
  if (inet_pton(AF_INET, host.c_str(), endpoint.address.data()) == 1) return endpoint;
  endpoint.is_v6 = true;
  if (inet_pton(AF_INET6, host.c_str(), endpoint.address.data()) == 1) return endpoint;
  return std::nullopt;
}

std::string to_string(const Endpoint& endpoint) {
  std::string text;
  append_text<TextCursor>(text, TextCursor::kEndpointBytesMax,
                          [&](TextCursor& cursor) { cursor.put_endpoint(endpoint); });
  return text;
}

void append_address(std::string& text, const Endpoint& endpoint) {
  append_text<TextCursor>(text, TextCursor::kEndpointBytesMax,
                          [&](TextCursor& cursor) { cursor.put_address(endpoint); });
}

std::string to_string(const HostPort& host_port) {
  const bool v6 = host_port.host.find(':') != std::string::npos;
  return v6 ? fmt::format("[{}]:{}", host_port.host, host_port.port)
            : fmt::format("{}:{}", host_port.host, host_port.port);
}

}  // namespace weir
