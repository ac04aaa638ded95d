#pragma once
// World: everything that proxy logic may know of the outside. Built only in main()s and by the
// simulator; one thread owns one World; N workers have N Worlds.
//
// There is no other way to time, network or randomness: code that takes a World runs unchanged on
// real sockets and in the simulator.

#include <chrono>
#include <string_view>

#include "base/random.hpp"
#include "io/buffer_pool.hpp"
#include "io/connector.hpp"
#include "io/listener.hpp"
#include "task/run_queue.hpp"
#include "task/timers.hpp"

namespace weir::io {

// The time of day, for logs and certificates. May jump. Never used for deadlines.
class WallClock {
 public:
  using Time = std::chrono::sys_time<Duration>;
  virtual ~WallClock() = default;
  virtual Time now() const = 0;
};

enum class Severity : std::uint8_t { info, warning, error };

// Messages for the operator; one line each, without line break. Never blocks.
class Log {
 public:
  virtual ~Log() = default;
  virtual void write(Severity severity, std::string_view message) = 0;
};

// References to what the owner of the World keeps alive longer than any code that uses it.
struct World {
  task::RunQueue& run_queue;
  task::Timers& timers;
  ListenerFactory& listeners;
  Connector& connector;
  Resolver& resolver;
  WallClock& wall_clock;
  Random& random;
  Log& log;
  BufferPool& buffers;
};

}  // namespace weir::io
