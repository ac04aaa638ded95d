// bulk: `--bytes` in total over `--connections`, from the backend (down) or to it (up).
//
// What arrives is counted, not looked at, and dropped inside the kernel (MSG_TRUNC), so that the
// core of the load generator and the backend has less to do than the core of the proxy.
#include <cerrno>
#include <cstdio>
#include <cstring>

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net.hpp"

namespace weir::bench {
namespace {

constexpr std::size_t kChunkBytes = 256 * 1024;
constexpr int kStallMs = 10'000;

struct Transfer {
  int fd = -1;
  bool sending = false;
  std::uint64_t bytes_left = 0;
};

Transfer open_transfer(const Options& options, std::uint64_t bytes) {
  Transfer transfer{.fd = connect_blocking(parse_address(options.to)),
                    .sending = options.get.empty() && options.direction == "up",
                    .bytes_left = bytes};
  if (options.get.empty()) {
    std::string header(kBulkHeaderBytes, transfer.sending ? 'U' : 'D');
    std::memcpy(&header[1], &bytes, sizeof bytes);
    send_all(transfer.fd, header);
  } else {
    send_all(transfer.fd, "GET " + options.get + " HTTP/1.1\r\nHost: bench\r\n\r\n");
    const ReplyHead head = read_reply_head(transfer.fd);
    if (head.body_bytes != bytes) {
      die("body of " + options.get + " has " + std::to_string(head.body_bytes) + " bytes",
          "--bytes divided by --connections must be that");
    }
    transfer.bytes_left -= head.body_bytes_read;
  }
  set_nonblocking(transfer.fd);
  return transfer;
}

// One read or write; false when this transfer is complete.
bool step(Transfer& transfer, const std::string& chunk) {
  const std::uint64_t left = transfer.bytes_left;
  ssize_t moved = 0;
  if (transfer.sending && left > 0) {
    const std::size_t size = left < chunk.size() ? left : chunk.size();
    moved = send(transfer.fd, chunk.data(), size, MSG_NOSIGNAL);
  } else if (transfer.sending) {
    char done = 0;
    const ssize_t got = recv(transfer.fd, &done, 1, 0);
    if (got == 1 && done == kUploadDone) return false;
    if (got >= 0 || errno != EAGAIN) die("upload was not acknowledged", "did the proxy close?");
  } else {
    moved = recv(transfer.fd, nullptr, left < 4 * kChunkBytes ? left : 4 * kChunkBytes, MSG_TRUNC);
    if (moved == 0) die("end of stream " + std::to_string(left) + " bytes early", "proxy fault?");
  }
  if (moved < 0 && errno != EAGAIN) die("transfer", std::strerror(errno));
  if (moved > 0) transfer.bytes_left -= static_cast<std::uint64_t>(moved);
  return transfer.sending || transfer.bytes_left > 0;
}

void move_all(std::vector<Transfer>& transfers) {
  const std::string chunk(kChunkBytes, 'w');
  std::vector<pollfd> waits(transfers.size());
  std::erase_if(transfers, [](const Transfer& t) { return t.bytes_left == 0; });  // small bodies
  std::size_t open = transfers.size();
  while (open > 0) {
    for (std::size_t i = 0; i < transfers.size(); ++i) {
      const bool write = transfers[i].sending && transfers[i].bytes_left > 0;
      waits[i] = {.fd = transfers[i].fd,
                  .events = static_cast<short>(write ? POLLOUT : POLLIN),
                  .revents = 0};
    }
    const int ready = poll(waits.data(), waits.size(), kStallMs);
    if (ready == 0) die("no byte moved in 10 s", "did the proxy hang?");
    for (std::size_t i = 0; i < transfers.size(); ++i) {
      if (waits[i].revents == 0 || step(transfers[i], chunk)) continue;
      close(transfers[i].fd);
      transfers[i].fd = -1;
      --open;
    }
  }
}

}  // namespace

int run_bulk(const Options& options) {
  const auto connections = static_cast<std::uint64_t>(options.connections);
  const std::uint64_t each = options.bytes / connections;
  const double start = now_seconds();
  std::vector<Transfer> transfers;
  for (std::uint64_t i = 0; i < connections; ++i) transfers.push_back(open_transfer(options, each));
  move_all(transfers);
  std::printf("{\"bytes\": %llu, \"seconds\": %.6f}\n",
              static_cast<unsigned long long>(each * connections), now_seconds() - start);
  return 0;
}

}  // namespace weir::bench
