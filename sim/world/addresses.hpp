#pragma once
// Addresses of the simulated network: host n (from 0) is 10.0.0.0 + n + 1. Every host also knows
// itself as 127.x.x.x, and listens at any address as 0.0.0.0, which to connect to is 127.0.0.1.
// There is no IPv6.
//
//   address_of(0, 80) is 10.0.0.1:80

#include <cstdint>
#include <optional>

#include "base/endpoint.hpp"

namespace weir::sim::internal {

inline constexpr std::uint32_t kHostsMax = (1 << 24) - 2;

inline Endpoint address_of(std::uint32_t host_number, std::uint16_t port) noexcept {
  const std::uint32_t n = host_number + 1;
  Endpoint endpoint{.port = port};
  endpoint.address[0] = 10;
  endpoint.address[1] = static_cast<std::uint8_t>(n >> 16);
  endpoint.address[2] = static_cast<std::uint8_t>(n >> 8);
  endpoint.address[3] = static_cast<std::uint8_t>(n);
  return endpoint;
}

// The IPv4 address and the port in one word.
inline std::uint64_t key_of(const Endpoint& endpoint) noexcept {
  std::uint64_t key = 0;
  for (std::size_t i = 0; i < 4; ++i) key = key << 8 | endpoint.address[i];
  return key << 16 | endpoint.port;
}

// nullopt when it is not of this network; the host need not exist.
inline std::optional<std::uint32_t> host_number_of(const Endpoint& endpoint) noexcept {
  const auto n = static_cast<std::uint32_t>(key_of(endpoint) >> 16) & 0xFF'FFFF;
  if (endpoint.is_v6 || endpoint.address[0] != 10 || n == 0) return std::nullopt;
  return n - 1;
}

inline bool is_loopback(const Endpoint& endpoint) noexcept {
  return !endpoint.is_v6 && endpoint.address[0] == 127;
}

inline Endpoint loopback_at(std::uint16_t port) noexcept {
  return Endpoint{.address = {127, 0, 0, 1}, .port = port};
}

inline bool is_any(const Endpoint& endpoint) noexcept {
  return !endpoint.is_v6 && key_of(endpoint) >> 16 == 0;
}

}  // namespace weir::sim::internal
