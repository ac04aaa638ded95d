// peer: the raw backend of bulk; sends or swallows as many bytes as the client asks for (see
// kBulkHeaderBytes in net.hpp). It stays until SIGTERM.
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net.hpp"

namespace weir::bench {
namespace {

constexpr std::size_t kChunkBytes = 256 * 1024;

struct Session {
  int fd = -1;
  std::size_t header_bytes = 0;
  std::array<char, kBulkHeaderBytes> header{};
  std::uint64_t bytes_left = 0;

  bool started() const { return header_bytes == kBulkHeaderBytes; }
  bool sends() const { return started() && header[0] == 'D'; }
};

class Peer {
 public:
  void serve(int listener);

 private:
  void accept_one(int listener);
  void watch(Session& session, int operation, std::uint32_t events) const;
  bool read_header(Session& session) const;
  bool step(Session& session) const;  // false: close

  int epoll_ = epoll_create1(EPOLL_CLOEXEC);
  const std::string chunk_ = std::string(kChunkBytes, 'w');
};

void Peer::serve(int listener) {
  epoll_event event{};
  event.events = EPOLLIN;
  epoll_ctl(epoll_, EPOLL_CTL_ADD, listener, &event);
  std::array<epoll_event, 64> events;
  while (true) {
    const int count = epoll_wait(epoll_, events.data(), events.size(), -1);
    for (int i = 0; i < count; ++i) {
      auto* session = static_cast<Session*>(events[i].data.ptr);
      if (session == nullptr) {
        accept_one(listener);
      } else if (!step(*session)) {
        close(session->fd);
        delete session;
      }
    }
  }
}

void Peer::accept_one(int listener) {
  const int fd = accept4(listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (fd < 0) {
    if (errno == EMFILE || errno == ENFILE) die("accept", std::strerror(errno));
    return;
  }
  auto* session = new Session{.fd = fd};
  watch(*session, EPOLL_CTL_ADD, EPOLLIN);
}

void Peer::watch(Session& session, int operation, std::uint32_t events) const {
  epoll_event event{};
  event.events = events;
  event.data.ptr = &session;
  epoll_ctl(epoll_, operation, session.fd, &event);
}

bool Peer::read_header(Session& session) const {
  char* at = session.header.data() + session.header_bytes;
  const ssize_t got = recv(session.fd, at, kBulkHeaderBytes - session.header_bytes, 0);
  if (got <= 0) return got < 0 && errno == EAGAIN;
  session.header_bytes += static_cast<std::size_t>(got);
  if (!session.started()) return true;
  std::memcpy(&session.bytes_left, &session.header[1], sizeof session.bytes_left);
  if (session.sends()) watch(session, EPOLL_CTL_MOD, EPOLLOUT);
  return true;
}

bool Peer::step(Session& session) const {
  if (!session.started()) return read_header(session);
  ssize_t moved = 0;
  if (session.sends() && session.bytes_left > 0) {
    const std::uint64_t left = session.bytes_left;
    const std::size_t size = left < chunk_.size() ? left : chunk_.size();
    moved = send(session.fd, chunk_.data(), size, MSG_NOSIGNAL);
  } else {  // the bytes of an upload, or the end of the stream after a transfer
    moved = recv(session.fd, nullptr, 4 * kChunkBytes, MSG_TRUNC);
    if (moved == 0) return false;
  }
  if (moved < 0) return errno == EAGAIN;
  const auto count = static_cast<std::uint64_t>(moved);
  if (count > session.bytes_left) return false;
  session.bytes_left -= count;
  if (session.bytes_left > 0) return true;
  if (session.sends()) {
    watch(session, EPOLL_CTL_MOD, EPOLLIN);
    return true;
  }
  return send(session.fd, &kUploadDone, 1, MSG_NOSIGNAL) == 1;
}

}  // namespace

int run_peer(const Options& options) {
  sockaddr_in address = parse_address(options.listen);
  const int listener = open_socket(true);
  const int on = 1;
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  socklen_t size = sizeof address;
  if (bind(listener, generic, size) != 0 || listen(listener, 4096) != 0) {
    die("listen on " + options.listen, std::strerror(errno));
  }
  getsockname(listener, generic, &size);
  std::printf("listening raw %s\n", to_text(address).c_str());
  std::fflush(stdout);
  Peer().serve(listener);
  return 0;
}

}  // namespace weir::bench
