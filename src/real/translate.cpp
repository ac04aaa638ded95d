#include "real/translate.hpp"

#include <cerrno>
#include <cstring>

#include <arpa/inet.h>
#include <netinet/in.h>

namespace weir::real {

SocketAddress to_socket_address(const Endpoint& endpoint) noexcept {
  SocketAddress address;
  if (endpoint.is_v6) {
    sockaddr_in6 v6{};
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(endpoint.port);
    std::memcpy(&v6.sin6_addr, endpoint.address.data(), sizeof v6.sin6_addr);
    std::memcpy(&address.storage, &v6, sizeof v6);
    address.length = sizeof v6;
  } else {
    sockaddr_in v4{};
    v4.sin_family = AF_INET;
    v4.sin_port = htons(endpoint.port);
    std::memcpy(&v4.sin_addr, endpoint.address.data(), sizeof v4.sin_addr);
    std::memcpy(&address.storage, &v4, sizeof v4);
    address.length = sizeof v4;
  }
  return address;
}

Endpoint to_endpoint(const SocketAddress& address) noexcept {
  Endpoint endpoint;
  endpoint.is_v6 = address.storage.ss_family == AF_INET6;
  if (endpoint.is_v6) {
    sockaddr_in6 v6{};
    std::memcpy(&v6, &address.storage, sizeof v6);
    std::memcpy(endpoint.address.data(), &v6.sin6_addr, sizeof v6.sin6_addr);
    endpoint.port = ntohs(v6.sin6_port);
  } else {
    sockaddr_in v4{};
    std::memcpy(&v4, &address.storage, sizeof v4);
    std::memcpy(endpoint.address.data(), &v4.sin_addr, sizeof v4.sin_addr);
    endpoint.port = ntohs(v4.sin_port);
  }
  return endpoint;
}

ErrorCode to_error_code(int error_number) noexcept {
  switch (error_number) {
    case ECONNREFUSED: return ErrorCode::refused;
    case ETIMEDOUT: return ErrorCode::timed_out;
    case EHOSTUNREACH:
    case ENETUNREACH:
    case ENETDOWN:
    case EAFNOSUPPORT: return ErrorCode::unreachable;
    case ECONNRESET:
    case ECONNABORTED:
    case EPIPE:
    case ENOTCONN: return ErrorCode::reset;
    case EADDRINUSE: return ErrorCode::address_in_use;
    case EADDRNOTAVAIL: return ErrorCode::address_not_ours;
    case EACCES:
    case EPERM: return ErrorCode::permission_denied;
    case EMFILE:
    case ENFILE: return ErrorCode::no_descriptors;
    case ENOBUFS:
    case ENOMEM: return ErrorCode::no_memory;
    default: return ErrorCode::other;
  }
}

io::IoStatus to_status(int error_number) noexcept {
  if (error_number == EAGAIN) return io::IoStatus::would_block;
  switch (to_error_code(error_number)) {
    case ErrorCode::reset: return io::IoStatus::reset;
    case ErrorCode::timed_out: return io::IoStatus::timed_out;
    default: return io::IoStatus::failed;
  }
}

}  // namespace weir::real
