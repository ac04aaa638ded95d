// What all load modes share: options, addresses, sockets, time, latencies.
//
// IPv4 loopback only. Everything that goes wrong before the measuring starts ends the process
// through die(), which names the culprit; what goes wrong during it is counted and reported.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <netinet/in.h>

namespace weir::bench {

struct Options {
  std::string to;                 // HOST:PORT of the proxy
  std::string listen;             // peer: HOST:PORT to listen on
  std::string direction{"down"};  // bulk: down = backend to client, up = client to backend
  std::string get;                // bulk: fetch this HTTP path instead of the raw peer protocol
  int connections = 32;
  double seconds = 5;
  std::uint64_t bytes = 1U << 30;
};

int run_bulk(const Options& options);
int run_churn(const Options& options);
int run_idle(const Options& options);
int run_peer(const Options& options);

[[noreturn]] void die(std::string_view what, std::string_view remedy);

sockaddr_in parse_address(const std::string& text);
std::string to_text(const sockaddr_in& address);
double now_seconds();

int open_socket(bool blocking);
// A connected blocking socket with a 10 s timeout on each read and write.
int connect_blocking(const sockaddr_in& to);
void set_nonblocking(int fd);
void send_all(int fd, std::string_view bytes);

// Reads one HTTP reply head from a blocking socket; the body bytes that came with it are counted.
struct ReplyHead {
  std::uint64_t body_bytes = 0;
  std::uint64_t body_bytes_read = 0;
};
ReplyHead read_reply_head(int fd);

// The peer protocol of bulk: the client sends 'D' or 'U' and a count of 8 bytes (host order, both
// ends are on one machine). D: the peer sends count bytes. U: the client sends count bytes, then
// the peer answers kUploadDone.
constexpr std::size_t kBulkHeaderBytes = 9;
constexpr char kUploadDone = 'K';

class Latencies {
 public:
  void add(double seconds);
  std::uint32_t percentile_us(double percent);  // 0 when there are none

 private:
  static constexpr std::size_t kSamplesMax = 20'000'000;
  std::vector<std::uint32_t> samples_us_;
};

}  // namespace weir::bench
