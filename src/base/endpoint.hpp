#pragma once
// Where a socket is: an IP address and a port (Endpoint); or what a person wrote that a Resolver
// turns into that (HostPort).
//
//   std::optional<HostPort> to = parse_host_port("[::1]:8080");    // or "backend.local:80"
//   std::string text = to_string(endpoint);                        // "127.0.0.1:80", "[::1]:80"

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace weir {

// Plain data, 20 bytes, cheap to copy.
struct Endpoint {
  std::array<std::uint8_t, 16> address{};  // network order; IPv4 uses the first four bytes
  std::uint16_t port = 0;
  bool is_v6 = false;

  friend auto operator<=>(const Endpoint&, const Endpoint&) = default;
};

struct HostPort {
  std::string host;  // a name or an IP literal without brackets
  std::uint16_t port = 0;

  friend bool operator==(const HostPort&, const HostPort&) = default;
};

// "host:port", "1.2.3.4:port" or "[v6]:port". nullopt when it is none of them; a port is needed.
std::optional<HostPort> parse_host_port(std::string_view text);

// An IP literal (no name) and a port. nullopt when `host` is not a literal.
std::optional<Endpoint> parse_endpoint(const std::string& host, std::uint16_t port);

std::string to_string(const Endpoint& endpoint);  // RFC 5952 form, brackets around IPv6

// The address alone, at the end of `text`: "127.0.0.1", "::1".
void append_address(std::string& text, const Endpoint& endpoint);

std::string to_string(const HostPort& host_port);

}  // namespace weir
