#pragma once
// Host: a simulated machine with an address, an operating system's worth of sockets, and programs.
//
//   Host& backend = network.add_host("b1");
//   backend.start([](io::World& world) { return serve(world); });   // a coroutine of that host
//
// A program sees the same io::World that it would have on a real machine. What may happen to a
// host, and how the others notice:
//   crash()      the process dies: its kernel closes its sockets (end, or reset where bytes were
//                unread), and refuses new connections until restart()
//   power_off()  the machine is gone: silence; peers retransmit into the void; after power_on() its
//                new kernel answers old connections with resets
//   pause()      the process stands still, its kernel goes on: connections are accepted into the
//                backlog and bytes into receive buffers, until resume()

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "io/world.hpp"
#include "task/task_group.hpp"

namespace weir::sim {

class Kernel;
class Network;

struct HostLimits {
  std::size_t descriptors_max = 20'000;  // of the process: listeners and streams
  std::uint16_t first_port = 32'768;     // local ports for connects: [first, last]
  std::uint16_t last_port = 60'999;
  std::size_t send_buffer_bytes = 256 * 1024;
  std::size_t receive_buffer_bytes = 128 * 1024;  // the window that the peer sees
  std::size_t somaxconn = 4096;                   // upper bound of a listener's backlog
  Duration time_wait{0};  // a port whose side ended the connection first stays taken (Linux: 60 s)
};

class Host {
 public:
  using Program = std::function<task::Task<>(io::World&)>;

  virtual ~Host() = default;

  virtual const std::string& name() const = 0;
  virtual std::uint32_t number() const = 0;           // 0, 1, ... in order of creation
  virtual Endpoint at(std::uint16_t port) const = 0;  // this host's address with that port
  virtual HostLimits& limits() = 0;
  virtual io::World& world() = 0;

  // Programs are kept: restart() and power_on() start each of them again.
  virtual void start(Program program) = 0;
  virtual std::size_t programs_running() const = 0;

  virtual void crash() = 0;
  virtual void restart() = 0;  // after crash(): runs the programs anew
  virtual void power_off() = 0;
  virtual void power_on() = 0;
  virtual void pause() = 0;
  virtual void resume() = 0;
  virtual bool is_up() const = 0;  // neither crashed nor powered off

  // Reads and writes of this host move fewer bytes than they could, this often.
  virtual void set_short_io(Ratio probability) = 0;
  // Jumps this host's wall clock; timers do not notice.
  virtual void step_wall_clock(Duration by) = 0;

  virtual std::size_t open_descriptors() const = 0;
};

}  // namespace weir::sim
