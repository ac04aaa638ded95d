#pragma once
// TwoHosts: a client and a server host on links of 1 ms each way, whose sockets a test works by
// hand. Connected: with one connection between them.
//
//   Connected net;
//   write(*net.client, "hello");   net.pass(1ms);   CHECK(read(*net.server) == "hello");
//
// read() and write() say in one string what happened: the bytes, or "<end>", "<reset>", ...

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "io/stream.hpp"
#include "sim/world/kernel.hpp"
#include "sim/world/network.hpp"
#include "support/driver.hpp"
#include "support/seed.hpp"

namespace weir::sim::test {

using namespace std::chrono_literals;  // lint: allow(namespaces) of this folder's tests only

using Connect = weir::test::Running<Result<std::unique_ptr<io::Stream>>>;

struct TwoHosts {
  static constexpr std::uint16_t kPort = 80;

  explicit TwoHosts(LinkOptions link = {.latency = 1ms}, std::uint64_t seed = weir::test::seed())
      : kernel(seed) {
    network.set_link(near, far, link);
    network.set_link(far, near, link);
  }

  void pass(Duration by) { kernel.run_until(kernel.now() + by); }

  void cut() {
    network.cut(near, far);
    network.cut(far, near);
  }
  void heal() {
    network.heal(near, far);
    network.heal(far, near);
  }

  std::unique_ptr<io::Listener> listen(io::ListenOptions options = {}) {
    return std::move(*far.world().listeners.listen(far.at(kPort), options));
  }

  // A connect that begins now.
  std::unique_ptr<Connect> connect(TimePoint deadline = kNever) {
    return std::make_unique<Connect>(near.world().connector.connect(far.at(kPort), deadline));
  }

  Kernel kernel;
  Network network{kernel};
  Host& near = network.add_host("near");
  Host& far = network.add_host("far");
};

struct Connected : TwoHosts {
  explicit Connected(LinkOptions link = {.latency = 1ms}, std::uint64_t seed = weir::test::seed())
      : TwoHosts(link, seed), listener(listen()) {
    const auto attempt = connect();
    pass(1s);
    client = std::move(*attempt->take());
    server = listener->try_accept().stream;
  }

  std::unique_ptr<io::Listener> listener;
  std::unique_ptr<io::Stream> client;
  std::unique_ptr<io::Stream> server;
};

inline std::string describe(io::IoStatus status) {
  return "<" + std::string(io::to_string(status)) + ">";
}

// One read.
inline std::string read(io::Stream& stream, std::size_t bytes_max = 65536) {
  std::vector<std::byte> buffer(bytes_max);
  const io::IoResult got = stream.try_read(buffer);
  if (got.status != io::IoStatus::ok) return describe(got.status);
  return std::string(as_text(ConstBytes(buffer).first(got.bytes)));
}

// Everything that can be read now, and why there is no more.
inline std::string read_all(io::Stream& stream) {
  std::string all;
  for (;;) {
    const std::string got = read(stream);
    all += got;
    if (got.starts_with('<')) return all;
  }
}

// One write; the number of bytes that it took.
inline std::string write(io::Stream& stream, std::string_view text) {
  const ConstBytes piece = as_bytes(text);
  const io::IoResult sent = stream.try_write(std::span(&piece, 1));
  return sent.status == io::IoStatus::ok ? std::to_string(sent.bytes) : describe(sent.status);
}

// Writes until no more is taken; the number of bytes.
inline std::size_t fill(io::Stream& stream) {
  const std::string block(65536, 'x');
  std::size_t total = 0;
  for (;;) {
    const ConstBytes piece = as_bytes(block);
    const io::IoResult sent = stream.try_write(std::span(&piece, 1));
    if (sent.status != io::IoStatus::ok) return total;
    total += sent.bytes;
  }
}

// Reads until nothing is left; the number of bytes.
inline std::size_t drain(io::Stream& stream) {
  std::vector<std::byte> buffer(65536);
  std::size_t total = 0;
  for (;;) {
    const io::IoResult got = stream.try_read(buffer);
    if (got.status != io::IoStatus::ok) return total;
    total += got.bytes;
  }
}

// Counts, and keeps, what was recorded.
class Events : public Trace::Sink {
 public:
  explicit Events(Kernel& kernel) : kernel_(kernel) { kernel.trace().set_sink(this); }
  ~Events() { kernel_.trace().set_sink(nullptr); }
  Events(const Events&) = delete;
  Events& operator=(const Events&) = delete;

  void on_event(const Event& event) override { all.push_back(event); }

  std::size_t count(EventKind kind) const {
    std::size_t count = 0;
    for (const Event& event : all) count += event.kind == kind ? 1 : 0;
    return count;
  }
  std::vector<Duration> times_of(EventKind kind) const {
    std::vector<Duration> times;
    for (const Event& event : all) {
      if (event.kind == kind) times.push_back(event.at.time_since_epoch());
    }
    return times;
  }

  std::vector<Event> all;

 private:
  Kernel& kernel_;
};

}  // namespace weir::sim::test
