// churn: a new connection for every request; `--connections` of them at a time, closed loop.
//
// connect, send "GET / ... Connection: close", read to the end of the stream, close. The backend
// closes first and the proxy passes that on, so TIME_WAIT lands on the server side of both hops
// and neither we nor the proxy run out of ephemeral ports, whatever the proxy does. Our own close
// comes after the whole reply and its end, with SO_LINGER 0: the reset loses nothing and removes
// the proxy's TIME_WAIT towards us, so that the table that one proxy fills does not slow the next
// one measured. It is the same for every proxy.
#include <array>
#include <cerrno>
#include <cstdio>

#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net.hpp"

namespace weir::bench {
namespace {

constexpr std::string_view kRequest = "GET / HTTP/1.1\r\nHost: bench\r\nConnection: close\r\n\r\n";
constexpr std::string_view kExpected = "HTTP/1.1 200";
constexpr int kErrorsMax = 1000;
constexpr double kGraceSeconds = 3;

struct Slot {
  int fd = -1;
  bool sent = false;
  bool good = false;  // the reply starts with kExpected
  double start = 0;
};

class Churn {
 public:
  explicit Churn(const Options& options)
      : to_(parse_address(options.to)), slots_(static_cast<std::size_t>(options.connections)) {}

  int run(double seconds);

 private:
  void open(Slot& slot);
  void finish(Slot& slot, bool ok);
  void send_request(Slot& slot);
  void on_event(Slot& slot, std::uint32_t events);
  int report(double seconds);

  sockaddr_in to_;
  std::vector<Slot> slots_;
  int epoll_ = -1;
  bool ending_ = false;  // no new connections
  int open_ = 0;
  int errors_ = 0;
  std::uint64_t requests_ = 0;
  Latencies latencies_;
};

int Churn::run(double seconds) {
  epoll_ = epoll_create1(EPOLL_CLOEXEC);
  const double start = now_seconds();
  for (Slot& slot : slots_) open(slot);
  std::array<epoll_event, 256> events;
  double elapsed = 0;
  while (open_ > 0 && elapsed < seconds + kGraceSeconds) {
    const int count = epoll_wait(epoll_, events.data(), events.size(), 100);
    for (int i = 0; i < count; ++i) {
      on_event(*static_cast<Slot*>(events[i].data.ptr), events[i].events);
    }
    elapsed = now_seconds() - start;
    ending_ = elapsed >= seconds || errors_ >= kErrorsMax;
  }
  return report(elapsed);
}

void Churn::open(Slot& slot) {
  slot = {.fd = open_socket(false), .start = now_seconds()};
  ++open_;
  if (connect(slot.fd, reinterpret_cast<const sockaddr*>(&to_), sizeof to_) != 0 &&
      errno != EINPROGRESS) {
    die("connect to " + to_text(to_), "is the proxy running? are the ephemeral ports used up?");
  }
  epoll_event event{};
  event.events = EPOLLIN | EPOLLOUT | EPOLLET;
  event.data.ptr = &slot;
  epoll_ctl(epoll_, EPOLL_CTL_ADD, slot.fd, &event);
}

void Churn::finish(Slot& slot, bool ok) {
  if (ok) {
    ++requests_;
    latencies_.add(now_seconds() - slot.start);
  } else {
    ++errors_;
  }
  const linger reset{.l_onoff = 1, .l_linger = 0};
  setsockopt(slot.fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
  close(slot.fd);
  --open_;
  slot.fd = -1;
  if (!ending_) open(slot);
}

void Churn::send_request(Slot& slot) {
  slot.sent = true;
  const ssize_t sent = send(slot.fd, kRequest.data(), kRequest.size(), MSG_NOSIGNAL);
  if (sent != static_cast<ssize_t>(kRequest.size())) finish(slot, false);
}

void Churn::on_event(Slot& slot, std::uint32_t events) {
  if (events & EPOLLERR) return finish(slot, false);
  if (!slot.sent && (events & EPOLLOUT)) return send_request(slot);
  std::array<char, 4096> buffer;
  while (events & (EPOLLIN | EPOLLHUP)) {
    const ssize_t got = recv(slot.fd, buffer.data(), buffer.size(), 0);
    if (got < 0 && errno == EAGAIN) return;
    if (got <= 0) return finish(slot, got == 0 && slot.good);
    const std::string_view text(buffer.data(), static_cast<std::size_t>(got));
    if (text.starts_with(kExpected)) slot.good = true;
  }
}

int Churn::report(double seconds) {
  std::printf(
      "{\"requests\": %llu, \"seconds\": %.6f, \"errors\": %d, \"stalled\": %d, "
      "\"p50_us\": %u, \"p99_us\": %u}\n",
      static_cast<unsigned long long>(requests_), seconds, errors_, open_,
      latencies_.percentile_us(50), latencies_.percentile_us(99));
  return 0;
}

}  // namespace

int run_churn(const Options& options) { return Churn(options).run(options.seconds); }

}  // namespace weir::bench
