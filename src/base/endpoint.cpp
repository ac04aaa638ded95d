#include "base/endpoint.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include <arpa/inet.h>  // lint: allow(ambient) only inet_pton and inet_ntop, text functions
#include <fmt/format.h>

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

void append_number(std::string& text, std::uint16_t number) {
  std::array<char, 5> digits;
  const auto [end, failure] = std::to_chars(digits.data(), digits.data() + digits.size(), number);
  text.append(digits.data(), end);
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
  append_endpoint(text, endpoint);
  return text;
}

void append_endpoint(std::string& text, const Endpoint& endpoint) {
  if (endpoint.is_v6) text += '[';
  append_address(text, endpoint);
  text += endpoint.is_v6 ? "]:" : ":";
  append_number(text, endpoint.port);
}

// inet_ntop formats IPv4 with snprintf, which a request would feel.
void append_address(std::string& text, const Endpoint& endpoint) {
  if (endpoint.is_v6) {
    std::array<char, INET6_ADDRSTRLEN> form{};
    inet_ntop(AF_INET6, endpoint.address.data(), form.data(), form.size());
    text += form.data();
    return;
  }
  for (std::size_t i = 0; i < 4; ++i) {
    if (i > 0) text += '.';
    append_number(text, endpoint.address[i]);
  }
}

std::string to_string(const HostPort& host_port) {
  const bool v6 = host_port.host.find(':') != std::string::npos;
  return v6 ? fmt::format("[{}]:{}", host_port.host, host_port.port)
            : fmt::format("{}:{}", host_port.host, host_port.port);
}

}  // namespace weir
