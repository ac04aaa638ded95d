#pragma once
// What the tests of real worlds share: a log that drops everything, and a way to run one task.

#include <utility>

#include "real/asio_world.hpp"

namespace weir::test {

class NoLog final : public io::Log {
 public:
  void write(io::Severity, std::string_view) override {}
};

inline Endpoint loopback() { return *parse_endpoint("127.0.0.1", 0); }

// A world of its own for one task; a far deadline, so that a test that fails ends.
struct OneWorld {
  NoLog log;
  real::AsioWorld world{log};

  io::World& io() { return world.world(); }
  TimePoint deadline() { return io().timers.now() + std::chrono::seconds(20); }
  void run(task::Task<> task) {
    world.spawn(std::move(task));
    world.run();
  }
};

// A connection over loopback within one world.
struct Connected {
  std::unique_ptr<io::Stream> client;
  std::unique_ptr<io::Stream> server;
};

// Both null when it fails. `one` and `connected` outlive the Task.
task::Task<> connect_pair(OneWorld& one, Connected& connected);

}  // namespace weir::test
