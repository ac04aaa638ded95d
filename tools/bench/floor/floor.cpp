// weir-floor: the cheapest honest TCP forwarder we know how to write, the floor of tools/bench.
//
//   weir-floor --listen 127.0.0.1:0 --to 127.0.0.1:9001[,HOST:PORT..] [--relay 512k|64k|splice]
//
// --relay says how bytes are moved: through a buffer of that size, or by splice(2) through a pipe
// of 1 MiB a direction, without copying them into the process.
//
// One thread, one epoll, no parsing, no timers, no counters, no limits: what remains is what the
// kernel takes for moving the bytes. Edge-triggered, both directions registered once, so that a
// small request costs one epoll_wait, one recv and one send per direction. It is honest: short
// writes stop the reading, half closes are passed on, errors close both sides. It is not a proxy:
// no connect timeout, no retry, no idle timeout, and running out of descriptors ends it.
#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <unistd.h>

namespace {

// Measured on loopback, 1 GiB, 2 cores: 64 KiB takes about 660 us of CPU a MiB, 256 KiB 390,
// 512 KiB 330, 1 MiB no less; each send wakes the receiver, so few big ones are cheaper.
constexpr std::size_t kBufferBytes = 512 * 1024;
constexpr int kPipeBytes = 64 * 1024;
constexpr int kEventsMax = 256;
constexpr int kAcceptsPerWakeMax = 64;
constexpr int kReadsPerWakeMax = 4;
constexpr int kBacklog = 4096;

struct Pair;
struct Side {
  int fd = -1;
  bool end_near = false;  // epoll reported an end or a hang-up: read until recv returns 0
  bool ended = false;     // recv returned 0; nothing more comes from this side
  Pair* pair = nullptr;
  Side* other = nullptr;
  std::vector<char> leftover;  // bytes for fd that it did not take; not empty = other is not read
  std::array<int, 2> pipe = {-1, -1};  // of --relay splice: what came from this side
  std::size_t in_pipe = 0;
};
struct Pair {
  Side client, backend;
  bool connected = false;
  bool closed = false;  // closed in this batch of events; freed after the batch
};

int g_epoll = -1;
volatile std::sig_atomic_t g_stop = 0;
std::vector<sockaddr_in> g_backends;
std::size_t g_next_backend = 0;
std::vector<Pair*> g_dead;
std::array<char, kBufferBytes> g_buffer;
std::size_t g_read_bytes = kBufferBytes;
bool g_splice = false;

[[noreturn]] void die(const char* what) {
  std::fprintf(stderr, "weir-floor: %s: %s\n", what, std::strerror(errno));
  std::exit(1);
}

void watch(Side& side, int operation) {
  epoll_event event{};
  event.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
  event.data.ptr = &side;
  if (epoll_ctl(g_epoll, operation, side.fd, &event) != 0) die("epoll_ctl");
}

void close_pair(Pair& pair) {
  for (const Side* side : {&pair.client, &pair.backend}) {
    close(side->fd);
    for (const int end : side->pipe) {
      if (end >= 0) close(end);
    }
  }
  pair.closed = true;
  g_dead.push_back(&pair);
}

// Sends `size` bytes to `to`; what it does not take becomes its leftover. False: stop reading.
bool forward(Side& to, const char* data, std::size_t size) {
  const ssize_t sent = send(to.fd, data, size, MSG_NOSIGNAL);
  if (sent == static_cast<ssize_t>(size)) return true;
  if (sent < 0 && errno != EAGAIN && errno != EINTR) {
    close_pair(*to.pair);
    return false;
  }
  const std::size_t taken = sent < 0 ? 0 : static_cast<std::size_t>(sent);
  std::vector<char> rest(data + taken, data + size);
  to.leftover.swap(rest);
  return false;
}

void read_end(Side& from) {
  from.ended = true;
  if (from.other->ended) return close_pair(*from.pair);
  shutdown(from.other->fd, SHUT_WR);
}

// The same as pump(), without copying. What the other side does not take stays in the pipe.
void splice_through(Side& from) {
  constexpr unsigned kHow = SPLICE_F_MOVE | SPLICE_F_NONBLOCK;
  if (from.pipe[0] < 0) {
    if (pipe2(from.pipe.data(), O_NONBLOCK | O_CLOEXEC) != 0) die("pipe2");
    fcntl(from.pipe[0], F_SETPIPE_SZ, kPipeBytes);
  }
  while (!from.ended) {
    if (from.in_pipe == 0) {
      const ssize_t got = splice(from.fd, nullptr, from.pipe[1], nullptr, kPipeBytes, kHow);
      if (got == 0) return read_end(from);
      if (got < 0) {
        if (errno != EAGAIN && errno != EINTR) close_pair(*from.pair);
        return;
      }
      from.in_pipe = static_cast<std::size_t>(got);
    }
    const ssize_t sent = splice(from.pipe[0], nullptr, from.other->fd, nullptr, from.in_pipe, kHow);
    if (sent < 0) {
      if (errno != EAGAIN && errno != EINTR) close_pair(*from.pair);
      return;
    }
    from.in_pipe -= static_cast<std::size_t>(sent);
  }
}

// Moves what `from` has to the other side. One recv and one send unless the buffer came back full
// or the end is near; a pair that is still readable after kReadsPerWakeMax lets the others go on.
void pump(Side& from) {
  Side& to = *from.other;
  for (int turn = 0; turn < kReadsPerWakeMax; ++turn) {
    if (from.ended || !to.leftover.empty()) return;
    const ssize_t got = recv(from.fd, g_buffer.data(), g_read_bytes, 0);
    if (got < 0) {
      if (errno != EAGAIN && errno != EINTR) close_pair(*from.pair);
      return;
    }
    if (got == 0) return read_end(from);
    if (!forward(to, g_buffer.data(), static_cast<std::size_t>(got))) return;
    if (static_cast<std::size_t>(got) < g_read_bytes && !from.end_near) return;
  }
  watch(from, EPOLL_CTL_MOD);  // arms the edge again
}

void flush_leftover(Side& side) {
  std::vector<char> bytes;
  bytes.swap(side.leftover);
  if (forward(side, bytes.data(), bytes.size())) pump(*side.other);
}

void on_event(Side& side, std::uint32_t events) {
  Pair& pair = *side.pair;
  if (pair.closed) return;
  if (events & EPOLLERR) return close_pair(pair);
  if (!pair.connected) {
    pair.connected = true;
    watch(pair.client, EPOLL_CTL_ADD);  // reports at once when the client has already sent
  }
  if (g_splice) {
    if (events & EPOLLOUT) splice_through(*side.other);
    if (!pair.closed && (events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP))) splice_through(side);
    return;
  }
  if (!side.leftover.empty() && (events & EPOLLOUT)) flush_leftover(side);
  if (pair.closed || !(events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP))) return;
  if (events & (EPOLLRDHUP | EPOLLHUP)) side.end_near = true;
  pump(side);
}

void start_pair(int client) {
  const int backend = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (backend < 0) die("socket to a backend (descriptor limit?)");
  const int on = 1;
  setsockopt(backend, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  const sockaddr_in& to = g_backends[g_next_backend];
  g_next_backend = (g_next_backend + 1) % g_backends.size();
  auto* pair = new Pair;
  pair->client.fd = client;
  pair->client.other = &pair->backend;
  pair->backend.fd = backend;
  pair->backend.other = &pair->client;
  pair->client.pair = pair->backend.pair = pair;
  if (connect(backend, reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0 &&
      errno != EINPROGRESS) {
    return close_pair(*pair);
  }
  watch(pair->backend, EPOLL_CTL_ADD);
}

void accept_some(int listener) {
  for (int i = 0; i < kAcceptsPerWakeMax; ++i) {
    const int client = accept4(listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (client >= 0) {
      start_pair(client);  // TCP_NODELAY comes from the listener
    } else if (errno == EAGAIN) {
      return;
    } else if (errno != ECONNABORTED && errno != EINTR) {
      die("accept (descriptor limit?)");
    }
  }
}

sockaddr_in parse_address(const std::string& text) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  const auto colon = text.rfind(':');
  char* end = nullptr;
  const long port = colon == std::string::npos ? -1 : std::strtol(&text[colon + 1], &end, 10);
  if (port < 0 || port > 65535 || *end != '\0' ||
      inet_pton(AF_INET, text.substr(0, colon).c_str(), &address.sin_addr) != 1) {
    std::fprintf(stderr, "weir-floor: bad address '%s': write IPV4:PORT\n", text.c_str());
    std::exit(2);
  }
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  return address;
}

int listen_on(sockaddr_in address) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  const int on = 1;
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  socklen_t size = sizeof address;
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  if (bind(fd, generic, size) != 0 || listen(fd, kBacklog) != 0) die("listen");
  getsockname(fd, generic, &size);
  std::array<char, INET_ADDRSTRLEN> host{};
  inet_ntop(AF_INET, &address.sin_addr, host.data(), host.size());
  std::printf("listening tcp %s:%d\n", host.data(), ntohs(address.sin_port));
  std::fflush(stdout);
  return fd;
}

void serve(int listener) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.ptr = nullptr;
  if (epoll_ctl(g_epoll, EPOLL_CTL_ADD, listener, &event) != 0) die("epoll_ctl");
  std::array<epoll_event, kEventsMax> events;
  while (g_stop == 0) {
    const int count = epoll_wait(g_epoll, events.data(), kEventsMax, -1);
    for (int i = 0; i < count; ++i) {
      auto* side = static_cast<Side*>(events[i].data.ptr);
      side == nullptr ? accept_some(listener) : on_event(*side, events[i].events);
    }
    for (Pair* pair : g_dead) delete pair;
    g_dead.clear();
  }
}

}  // namespace

int main(int argc, char** argv) {
  std::string listen_text, to, relay = "512k";
  for (int i = 1; i + 1 < argc; i += 2) {
    if (std::string(argv[i]) == "--listen") listen_text = argv[i + 1];
    if (std::string(argv[i]) == "--to") to = argv[i + 1];
    if (std::string(argv[i]) == "--relay") relay = argv[i + 1];
  }
  if (listen_text.empty() || to.empty() ||
      (relay != "512k" && relay != "64k" && relay != "splice")) {
    std::fprintf(stderr,
                 "usage: weir-floor --listen IPV4:PORT --to IPV4:PORT[,IPV4:PORT..] "
                 "[--relay 512k|64k|splice]\n");
    return 2;
  }
  g_splice = relay == "splice";
  if (relay == "64k") g_read_bytes = 64 * 1024;
  for (std::size_t from = 0; from <= to.size();) {
    const std::size_t comma = std::min(to.find(',', from), to.size());
    g_backends.push_back(parse_address(to.substr(from, comma - from)));
    from = comma + 1;
  }
  std::signal(SIGPIPE, SIG_IGN);
  struct sigaction stop{};
  stop.sa_handler = [](int) { g_stop = 1; };  // without SA_RESTART: epoll_wait returns
  sigaction(SIGTERM, &stop, nullptr);
  sigaction(SIGINT, &stop, nullptr);
  g_epoll = epoll_create1(EPOLL_CLOEXEC);
  if (g_epoll < 0) die("epoll_create1");
  serve(listen_on(parse_address(listen_text)));
  return 0;
}
