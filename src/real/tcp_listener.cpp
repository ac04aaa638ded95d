#include "real/tcp_listener.hpp"

#include <algorithm>
#include <cerrno>
#include <utility>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "real/tcp_stream.hpp"
#include "real/translate.hpp"
#include "real/uninterrupted.hpp"

namespace weir::real {
namespace {

constexpr std::size_t kHandOversMax = 16;  // in one try_accept()

bool switch_on(int socket, int level, int option) {
  const int on = 1;
  return ::setsockopt(socket, level, option, &on, sizeof on) == 0;
}

// Accepted sockets inherit TCP_NODELAY and SO_OOBINLINE from the listening one.
bool prepare(int socket, const Endpoint& at, const io::ListenOptions& options) {
  SocketAddress address = to_socket_address(at);
  return switch_on(socket, SOL_SOCKET, SO_REUSEADDR) &&
         switch_on(socket, IPPROTO_TCP, TCP_NODELAY) &&
         switch_on(socket, SOL_SOCKET, SO_OOBINLINE) &&
         (!at.is_v6 || switch_on(socket, IPPROTO_IPV6, IPV6_V6ONLY)) &&
         (!options.share_port || switch_on(socket, SOL_SOCKET, SO_REUSEPORT)) &&
         ::bind(socket, address.get(), address.length) == 0 &&
         ::listen(socket, options.backlog) == 0;
}

// The descriptor is -1 when accept4 failed; errno says why.
HandedOver accept_native(int listening) {
  SocketAddress peer;
  const int descriptor = uninterrupted(
      [&] { return ::accept4(listening, peer.get(), &peer.length, SOCK_NONBLOCK | SOCK_CLOEXEC); });
  if (descriptor < 0) return {};
  return {descriptor, to_endpoint(peer)};
}

bool connection_waits(int listening) {
  pollfd listener{.fd = listening, .events = POLLIN, .revents = 0};
  return ::poll(&listener, 1, 0) > 0;
}

// Linux looks for a descriptor before it looks for a connection.
io::AcceptStatus accept_failure(int listening, int error_number) {
  switch (error_number) {
    case EAGAIN: return io::AcceptStatus::would_block;
    case EMFILE:
    case ENFILE:
    case ENOBUFS:
    case ENOMEM:
      return connection_waits(listening) ? io::AcceptStatus::no_descriptors
                                         : io::AcceptStatus::would_block;
    default: return io::AcceptStatus::failed;
  }
}

}  // namespace

Result<std::unique_ptr<io::Listener>> TcpListener::open(const Endpoint& at,
                                                        io::ListenOptions options,
                                                        SocketContext& context,
                                                        const SpreadMember& member) {
  const int family = at.is_v6 ? AF_INET6 : AF_INET;
  const int socket = ::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (socket < 0 || !prepare(socket, at, options)) {
    const Error error{.code = to_error_code(errno)};
    if (socket >= 0) ::close(socket);
    return std::unexpected(error);
  }
  auto listener = std::make_unique<TcpListener>(socket, context, member);
  if (!context.poller.add(socket, *listener, Poller::Interest::reading)) {
    return std::unexpected(Error{.code = to_error_code(errno)});
  }
  return listener;
}

TcpListener::TcpListener(int socket, SocketContext& context, const SpreadMember& member)
    : socket_(socket),
      context_(context),
      member_(member),
      acceptable_(std::make_shared<Readiness>(context.run_queue)) {
  if (member_.spread != nullptr) join_spread();
}

void TcpListener::join_spread() {
  const std::weak_ptr<Readiness> acceptable = acceptable_;
  member_.spread->join(member_.worker, [post = member_.post, acceptable] {
    post([acceptable] {
      if (const auto alive = acceptable.lock()) alive->became_ready();
    });
  });
}

TcpListener::~TcpListener() {
  if (member_.spread != nullptr) {
    const std::vector<HandedOver> late = member_.spread->leave(member_.worker);
    received_.insert(received_.end(), late.begin(), late.end());
  }
  for (const HandedOver& unserved : received_) adopt(unserved).stream->abort();
  ::close(socket_);
}

io::AcceptResult TcpListener::try_accept() {
  if (member_.spread != nullptr && received_.empty()) {
    received_ = member_.spread->take(member_.worker);
    std::ranges::reverse(received_);
  }
  if (!received_.empty()) {
    const HandedOver next = received_.back();
    received_.pop_back();
    return adopt(next);
  }
  for (std::size_t handed_over = 0; handed_over < kHandOversMax; ++handed_over) {
    const HandedOver connection = accept_native(socket_);
    if (connection.descriptor < 0) {
      const io::AcceptStatus status = accept_failure(socket_, errno);
      if (status == io::AcceptStatus::would_block) acceptable_->exhausted();
      return {nullptr, status};
    }
    if (member_.spread == nullptr) return adopt(connection);
    const std::size_t to = member_.spread->place(member_.worker);
    if (to != member_.worker && member_.spread->hand_over(to, connection)) continue;
    member_.spread->open_streams(member_.worker).fetch_add(1, std::memory_order_relaxed);
    return adopt(connection);
  }
  return {nullptr, io::AcceptStatus::failed};
}

io::AcceptResult TcpListener::adopt(const HandedOver& connection) {
  std::atomic<std::int32_t>* open =
      member_.spread == nullptr ? nullptr : &member_.spread->open_streams(member_.worker);
  auto stream = std::make_unique<TcpStream>(connection.descriptor, TcpStream::Socket::connected,
                                            connection.peer, context_, open);
  return {std::move(stream), io::AcceptStatus::ok};
}

task::Event& TcpListener::acceptable() {
  if (!received_.empty()) acceptable_->became_ready();
  return acceptable_->event();
}

void TcpListener::on_ready(const Poller::Edges& edges) {
  if (edges.readable) acceptable_->became_ready();
}

Endpoint TcpListener::local() const {
  SocketAddress address;
  if (::getsockname(socket_, address.get(), &address.length) != 0) return {};
  return to_endpoint(address);
}

}  // namespace weir::real
