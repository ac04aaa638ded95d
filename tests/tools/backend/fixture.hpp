#pragma once
// Backend: one worker of the backend over the in-memory pipe. Client: the other end.
//
//   Backend backend;
//   Client client(backend);
//   CHECK_THAT(client.exchange("GET / HTTP/1.1\r\nHost: x\r\n\r\n"), Catch::EndsWith("hello\n"));

#include <memory>
#include <string>

#include "backend/server.hpp"
#include "backend/site.hpp"
#include "io/pipe.hpp"
#include "io/world.hpp"
#include "support/driver.hpp"
#include "support/faulty_stream.hpp"
#include "support/seed.hpp"

namespace weir::test {

struct NoListeners final : io::ListenerFactory {
  Result<std::unique_ptr<io::Listener>> listen(Endpoint, io::ListenOptions) override {
    return std::unexpected(Error{});
  }
};

struct NoNetwork final : io::Connector, io::Resolver {
  task::Task<Result<std::unique_ptr<io::Stream>>> connect(Endpoint, TimePoint) override {
    co_return std::unexpected(Error());
  }
  task::Task<Result<std::vector<Endpoint>>> resolve(HostPort, TimePoint) override {
    co_return std::unexpected(Error());
  }
};

struct FixedClock final : io::WallClock {
  Time time = std::chrono::sys_days(std::chrono::year(1994) / 11 / 6) + std::chrono::hours(8) +
              std::chrono::minutes(49) + std::chrono::seconds(37);
  Time now() const override { return time; }
};

struct NoLog final : io::Log {
  void write(io::Severity, std::string_view) override {}
};

inline backend::SiteOptions red() {
  backend::SiteOptions options;
  options.name = "red";
  return options;
}

struct Backend {
  explicit Backend(backend::SiteOptions options = red())
      : site(std::move(options)), worker(site, world, 0) {}

  // Also lets those go on that gave others a turn.
  void settle() { driver.advance(Duration(1)); }

  Driver driver;
  NoListeners listeners;
  NoNetwork network;
  FixedClock clock;
  NoLog log;
  Random random{StreamKey{seed(), "backend", 0}};
  io::BufferPool buffers;
  io::World world{driver.run_queue, driver.timers, listeners, network, network, clock,
                  random,           log,           buffers};
  backend::Site site;
  backend::Worker worker;
};

class Client {
 public:
  static constexpr std::size_t kRoomy = 4 << 20;

  explicit Client(Backend& backend, std::size_t capacity = kRoomy, Faults faults = {})
      : backend_(backend),
        pipe_(io::make_pipe(backend.driver.run_queue, capacity)),
        faulty_(new FaultyStream(std::move(pipe_.second), faults)),
        running_(backend::session(backend.worker, std::unique_ptr<io::Stream>(faulty_))) {
    backend_.settle();
  }

  io::Stream& stream() { return *pipe_.first; }
  FaultyStream& served() { return *faulty_; }  // until ended()
  bool ended() const { return running_.ended(); }
  io::IoStatus status() const { return status_; }  // of the last read

  void send(std::string_view text) {
    const ConstBytes bytes = as_bytes(text);
    const io::IoResult sent = pipe_.first->try_write(std::span(&bytes, 1));
    ASSERT(sent.bytes == text.size() || sent.status == io::IoStatus::reset, "the pipe is roomy");
    backend_.settle();
  }

  // Reads until nothing more comes, or `most` bytes.
  std::string receive(std::size_t most = SIZE_MAX) {
    std::string all;
    std::string buffer(100'000, '\0');
    while (all.size() < most) {
      const std::size_t size = std::min(buffer.size(), most - all.size());
      const io::IoResult got =
          pipe_.first->try_read(std::as_writable_bytes(std::span(buffer.data(), size)));
      status_ = got.status;
      if (got.status != io::IoStatus::ok) break;
      all.append(buffer, 0, got.bytes);
      backend_.settle();
    }
    return all;
  }

  std::string exchange(std::string_view text) {
    send(text);
    return receive();
  }

  void end() {
    pipe_.first->shutdown_write();
    backend_.settle();
  }
  void close() {
    pipe_.first.reset();
    backend_.settle();
  }

 private:
  Backend& backend_;
  io::StreamPair pipe_;
  FaultyStream* faulty_;  // owned by the session
  io::IoStatus status_ = io::IoStatus::ok;
  Running<void> running_;
};

inline std::string get(const std::string& target) {
  return "GET " + target + " HTTP/1.1\r\nHost: x\r\n\r\n";
}

// What follows the head of an answer.
inline std::string body_of(const std::string& answer) {
  const std::size_t end = answer.find("\r\n\r\n");
  return end == std::string::npos ? "(no head)" : answer.substr(end + 4);
}

// The body that chunks make up; "(bad chunks)" unless it is whole and well-formed.
std::string dechunked(std::string_view text);

// What operator new was called for in this thread.
std::size_t allocations();

}  // namespace weir::test
