#include "proxy/pipe_world.hpp"

#include <array>

#include "base/assert.hpp"
#include "io/buffer_pool.hpp"

namespace weir::test {
namespace {

struct Door {
  explicit Door(task::RunQueue& run_queue) : acceptable(run_queue) {}
  task::Event acceptable;
  std::deque<std::unique_ptr<io::Stream>> waiting;
  bool no_descriptors = false;
};

class DoorListener final : public io::Listener {
 public:
  explicit DoorListener(Door& door) : door_(door) {}
  io::AcceptResult try_accept() override {
    if (door_.waiting.empty()) return {nullptr, io::AcceptStatus::would_block};
    if (door_.no_descriptors) return {nullptr, io::AcceptStatus::no_descriptors};
    auto stream = std::move(door_.waiting.front());
    door_.waiting.pop_front();
    return {std::move(stream), io::AcceptStatus::ok};
  }
  task::Event& acceptable() override {
    if (!door_.waiting.empty()) door_.acceptable.signal();
    return door_.acceptable;
  }
  Endpoint local() const override { return {}; }

 private:
  Door& door_;
};

class PipeConnector final : public io::Connector {
 public:
  explicit PipeConnector(PipeWorld& pipes) : pipes_(pipes) {}
  task::Task<Result<std::unique_ptr<io::Stream>>> connect(Endpoint to,
                                                          TimePoint deadline) override {
    pipes_.tried.push_back(to);
    const auto broken = pipes_.broken.find(to.port);
    if (broken == pipes_.broken.end()) {
      const TimePoint done = after(pipes_.driver.timers.now(), pipes_.connect_takes);
      co_await task::sleep_until(pipes_.driver.run_queue, pipes_.driver.timers, done);
      auto [near, far] = io::make_pipe(pipes_.driver.run_queue, PipeWorld::kPipeBytes);
      pipes_.connected.push_back(std::move(far));
      if (pipes_.wrap_upstream) near = pipes_.wrap_upstream(std::move(near));
      co_return std::move(near);
    }
    Error error;
    error.code = broken->second;  // who is broken may change meanwhile
    if (error.code == ErrorCode::timed_out) {
      co_await task::sleep_until(pipes_.driver.run_queue, pipes_.driver.timers, deadline);
    }
    co_return std::unexpected(error);
  }

 private:
  PipeWorld& pipes_;
};

struct NoListeners final : io::ListenerFactory {
  Result<std::unique_ptr<io::Listener>> listen(Endpoint, io::ListenOptions) override {
    return std::unexpected(Error{});
  }
};

struct NoResolver final : io::Resolver {
  task::Task<Result<std::vector<Endpoint>>> resolve(HostPort, TimePoint) override {
    co_return std::unexpected(Error{});
  }
};

struct StoppedClock final : io::WallClock {
  Time now() const override { return {}; }
};

struct KeptLog final : io::Log {
  explicit KeptLog(std::vector<std::string>& lines) : kept(lines) {}
  void write(io::Severity, std::string_view message) override { kept.emplace_back(message); }
  std::vector<std::string>& kept;
};

}  // namespace

struct PipeWorld::Parts {
  explicit Parts(PipeWorld& pipes)
      : door(pipes.driver.run_queue),
        connector(pipes),
        log(pipes.logged),
        world{pipes.driver.run_queue,
              pipes.driver.timers,
              listeners,
              connector,
              resolver,
              clock,
              random,
              log,
              buffers} {}
  Door door;
  NoListeners listeners;
  PipeConnector connector;
  NoResolver resolver;
  StoppedClock clock;
  Random random{StreamKey{}};
  KeptLog log;
  io::BufferPool buffers;
  io::World world;
};

PipeWorld::PipeWorld() : parts_(std::make_unique<Parts>(*this)), world(parts_->world) {}

PipeWorld::~PipeWorld() { ASSERT(world.buffers.borrowed() == 0, "no buffer is kept"); }

std::unique_ptr<io::Listener> PipeWorld::make_listener() {
  return std::make_unique<DoorListener>(parts_->door);
}

std::unique_ptr<io::Stream> PipeWorld::knock() {
  auto [outside, inside] = io::make_pipe(driver.run_queue, kPipeBytes);
  if (wrap_client) inside = wrap_client(std::move(inside));
  parts_->door.waiting.push_back(std::move(inside));
  parts_->door.acceptable.signal();
  return std::move(outside);
}

void PipeWorld::no_descriptors(bool on) { parts_->door.no_descriptors = on; }

Endpoint backend_at(std::uint16_t port) { return *parse_endpoint("10.0.0.1", port); }

std::string read_now(io::Stream& stream) {
  std::string text;
  std::array<std::byte, 1024> buffer;
  for (;;) {
    const io::IoResult got = stream.try_read(buffer);
    if (got.status != io::IoStatus::ok) return text;
    text += as_text(ConstBytes(buffer).first(got.bytes));
  }
}

io::IoStatus status_now(io::Stream& stream) {
  std::array<std::byte, 1> buffer;
  return stream.try_read(buffer).status;
}

void write_now(io::Stream& stream, std::string_view text) {
  const ConstBytes bytes = as_bytes(text);
  const io::IoResult sent = stream.try_write(std::span(&bytes, 1));
  ASSERT(sent.bytes == text.size(), "what a test writes fits into the pipe");
}

}  // namespace weir::test
