// idle: opens `--connections`, does one small HTTP exchange on each so that both sides of the
// proxy are established, prints "ready N", holds them until a line or the end arrives on stdin,
// and then prints how many are still open. Opened one after another: nothing is measured in time.
#include <cerrno>
#include <cstdio>

#include <sys/socket.h>
#include <unistd.h>

#include "net.hpp"

namespace weir::bench {
namespace {

constexpr std::string_view kRequest = "GET / HTTP/1.1\r\nHost: bench\r\n\r\n";

void exchange(int fd) {
  send_all(fd, kRequest);
  const ReplyHead head = read_reply_head(fd);
  std::string body(head.body_bytes - head.body_bytes_read, '\0');
  if (!body.empty() &&
      recv(fd, body.data(), body.size(), MSG_WAITALL) != static_cast<ssize_t>(body.size())) {
    die("body ended early", "did the proxy close?");
  }
}

bool is_open(int fd) {
  char byte = 0;
  return recv(fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 0 && errno == EAGAIN;
}

}  // namespace

int run_idle(const Options& options) {
  const sockaddr_in to = parse_address(options.to);
  std::vector<int> held;
  for (int i = 0; i < options.connections; ++i) {
    held.push_back(connect_blocking(to));
    exchange(held.back());
  }
  std::printf("ready %zu\n", held.size());
  std::fflush(stdout);
  std::getchar();
  int alive = 0;
  for (const int fd : held) {
    alive += is_open(fd) ? 1 : 0;
    close(fd);
  }
  std::printf("{\"held\": %zu, \"alive\": %d}\n", held.size(), alive);
  return 0;
}

}  // namespace weir::bench
