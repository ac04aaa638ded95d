#pragma once
// The kernel's words into ours and back: socket addresses, errno, statuses. The one file that
// knows both.
//
//   return {0, to_status(errno)};

#include <sys/socket.h>

#include "base/endpoint.hpp"
#include "base/result.hpp"
#include "io/stream.hpp"

namespace weir::real {

struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t length = sizeof(sockaddr_storage);

  sockaddr* get() noexcept { return reinterpret_cast<sockaddr*>(&storage); }
};

SocketAddress to_socket_address(const Endpoint& endpoint) noexcept;
Endpoint to_endpoint(const SocketAddress& address) noexcept;

ErrorCode to_error_code(int error_number) noexcept;

// The status of a read or write that failed with this errno.
io::IoStatus to_status(int error_number) noexcept;

}  // namespace weir::real
