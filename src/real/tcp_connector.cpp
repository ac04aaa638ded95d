#include "real/tcp_connector.hpp"

#include <cerrno>
#include <memory>
#include <utility>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include "real/tcp_stream.hpp"
#include "real/translate.hpp"

namespace weir::real {
namespace {

Error connect_error(ErrorCode code) {
  // EADDRNOTAVAIL of connect() means that the local ports are used up.
  if (code == ErrorCode::address_not_ours) code = ErrorCode::no_ports;
  return Error{.code = code, .side = Side::upstream, .retry_safe = true};
}

// A socket that is connecting, or -1 and errno.
int begin_connect(const Endpoint& to) {
  const int family = to.is_v6 ? AF_INET6 : AF_INET;
  const int socket = ::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (socket < 0) return -1;
  const int on = 1;
  ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  ::setsockopt(socket, SOL_SOCKET, SO_OOBINLINE, &on, sizeof on);
  SocketAddress address = to_socket_address(to);
  if (::connect(socket, address.get(), address.length) == 0 || errno == EINPROGRESS) return socket;
  const int failure = errno;
  ::close(socket);
  errno = failure;
  return -1;
}

}  // namespace

// The socket is a stream from the beginning: it becomes writable when the connect has ended.
task::Task<Result<std::unique_ptr<io::Stream>>> TcpConnector::connect(Endpoint to,
                                                                      TimePoint deadline) {
  if (deadline <= timers_.now()) co_return std::unexpected(connect_error(ErrorCode::timed_out));
  const int socket = begin_connect(to);
  if (socket < 0) co_return std::unexpected(connect_error(to_error_code(errno)));
  auto stream = std::make_unique<TcpStream>(socket, TcpStream::Socket::connecting, to, context_);
  if (const int failure = stream->registration_failure(); failure != 0) {
    co_return std::unexpected(connect_error(to_error_code(failure)));
  }
  const task::Wakeup wakeup = co_await stream->writable().wait_until(timers_, deadline);
  if (wakeup == task::Wakeup::timed_out) {
    co_return std::unexpected(connect_error(ErrorCode::timed_out));
  }
  int failure = 0;
  socklen_t length = sizeof failure;
  ::getsockopt(socket, SOL_SOCKET, SO_ERROR, &failure, &length);
  if (failure != 0) co_return std::unexpected(connect_error(to_error_code(failure)));
  co_return stream;
}

}  // namespace weir::real
