#include "net.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <sys/time.h>
#include <unistd.h>

namespace weir::bench {

void die(std::string_view what, std::string_view remedy) {
  std::fprintf(stderr, "weir-load: %.*s: %.*s\n", static_cast<int>(what.size()), what.data(),
               static_cast<int>(remedy.size()), remedy.data());
  std::exit(1);
}

sockaddr_in parse_address(const std::string& text) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  const auto colon = text.rfind(':');
  char* end = nullptr;
  const long port = colon == std::string::npos ? -1 : std::strtol(&text[colon + 1], &end, 10);
  if (port < 0 || port > 65535 || *end != '\0' ||
      inet_pton(AF_INET, text.substr(0, colon).c_str(), &address.sin_addr) != 1) {
    die("bad address '" + text + "'", "write IPV4:PORT");
  }
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  return address;
}

std::string to_text(const sockaddr_in& address) {
  std::array<char, INET_ADDRSTRLEN> host{};
  inet_ntop(AF_INET, &address.sin_addr, host.data(), host.size());
  return std::string(host.data()) + ":" + std::to_string(ntohs(address.sin_port));
}

double now_seconds() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration<double>(now).count();
}

int open_socket(bool blocking) {
  const int type = SOCK_STREAM | SOCK_CLOEXEC | (blocking ? 0 : SOCK_NONBLOCK);
  const int fd = socket(AF_INET, type, 0);
  if (fd < 0) die(std::string("socket: ") + std::strerror(errno), "raise ulimit -n");
  const int on = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return fd;
}

int connect_blocking(const sockaddr_in& to) {
  const int fd = open_socket(true);
  const timeval timeout{.tv_sec = 10, .tv_usec = 0};
  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout);
  setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &timeout, sizeof timeout);
  if (connect(fd, reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0) {
    die("connect to " + to_text(to) + ": " + std::strerror(errno), "is the proxy running?");
  }
  return fd;
}

void set_nonblocking(int fd) { fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK); }

void send_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) die(std::string("send: ") + std::strerror(errno), "did the proxy close?");
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

ReplyHead read_reply_head(int fd) {
  constexpr std::size_t kHeadBytesMax = 16 * 1024;
  std::string head;
  std::array<char, 4096> chunk;
  std::size_t end = std::string::npos;
  while ((end = head.find("\r\n\r\n")) == std::string::npos) {
    const ssize_t got = recv(fd, chunk.data(), chunk.size(), 0);
    if (got <= 0 || head.size() > kHeadBytesMax) {
      die("no HTTP reply head from the backend through the proxy",
          got < 0 ? std::strerror(errno) : "it closed, or the head has no end");
    }
    head.append(chunk.data(), static_cast<std::size_t>(got));
  }
  std::string lower = head.substr(0, end);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  const std::size_t field = lower.find("\r\ncontent-length:");
  if (!lower.starts_with("http/1.1 200") || field == std::string::npos) {
    die("reply is not '200 with Content-Length'", lower.substr(0, lower.find('\r')));
  }
  return {.body_bytes = std::strtoull(&lower[field + 17], nullptr, 10),
          .body_bytes_read = head.size() - end - 4};
}

void Latencies::add(double seconds) {
  if (samples_us_.size() == kSamplesMax) die("more samples than kSamplesMax", "lower --seconds");
  samples_us_.push_back(static_cast<std::uint32_t>(seconds * 1e6));
}

std::uint32_t Latencies::percentile_us(double percent) {
  if (samples_us_.empty()) return 0;
  const auto count = static_cast<double>(samples_us_.size());
  const auto wanted = static_cast<std::size_t>(count * percent / 100);
  const std::size_t rank = std::min(samples_us_.size() - 1, wanted);
  const auto nth = samples_us_.begin() + static_cast<std::ptrdiff_t>(rank);
  std::nth_element(samples_us_.begin(), nth, samples_us_.end());
  return *nth;
}

}  // namespace weir::bench
