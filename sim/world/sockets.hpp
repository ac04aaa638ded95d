#pragma once
// Sockets: the kernel of a simulated host: its descriptors, ports, listeners and streams, and what
// becomes of them when the process dies or the power fails.
//
// Connections belong to the Fabric, because they outlive the process at either end. Here is only
// what a process holds: streams, listeners and attempts to connect, which tell of their end.

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "base/intrusive_list.hpp"
#include "base/random.hpp"
#include "io/listener.hpp"
#include "sim/world/host.hpp"
#include "sim/world/port_table.hpp"

namespace weir::sim::internal {

class ConnectAttempt;
class Connection;
class Fabric;
class SimListener;
class SimStream;

class Sockets {
 public:
  Sockets(Fabric& fabric, task::RunQueue& run_queue, std::uint32_t number);
  Sockets(const Sockets&) = delete;
  Sockets& operator=(const Sockets&) = delete;

  Fabric& fabric() noexcept { return fabric_; }
  task::RunQueue& run_queue() noexcept { return run_queue_; }
  std::uint32_t number() const noexcept { return number_; }
  Endpoint at(std::uint16_t port) const noexcept;
  HostLimits& limits() noexcept { return limits_; }

  bool is_powered() const noexcept { return powered_; }
  void set_powered(bool powered) noexcept { powered_ = powered; }

  bool take_descriptor() noexcept;  // false when none is left
  void give_back_descriptor() noexcept;
  std::size_t open_descriptors() const noexcept { return descriptors_; }

  // A local port for a connection to `remote`.
  std::optional<std::uint16_t> take_port(const Endpoint& remote);
  void release_port(const Endpoint& remote, std::uint16_t port, bool after_time_wait);

  Result<std::unique_ptr<io::Listener>> listen(Endpoint at, const io::ListenOptions& options);
  // Who takes a connection from `remote` to `local`; nullptr when nobody does.
  SimListener* listener_for(const Endpoint& local, const Endpoint& remote) noexcept;

  // How many of `bytes` a read or write moves: all, or at random fewer, but one at least.
  std::size_t shorten(std::size_t bytes) noexcept;
  void set_short_io(Ratio probability) noexcept { short_io_ = probability; }

  // What the process holds. Each leaves these when it ends.
  void add(SimStream& stream) noexcept;
  void add(ConnectAttempt& attempt) noexcept;
  void remove(SimListener& listener) noexcept;

  void close_all();  // the process died: everything that it held is closed
  void vanish();     // the power failed: nothing is left, and nobody is told

 private:
  bool is_listened_on(std::uint16_t port) const noexcept;
  bool is_free(const Endpoint& at, bool share) const noexcept;
  std::optional<std::uint16_t> free_port() const;

  Fabric& fabric_;
  task::RunQueue& run_queue_;
  const std::uint32_t number_;
  HostLimits limits_;
  bool powered_ = true;
  std::size_t descriptors_ = 0;
  PortTable ports_;
  std::vector<SimListener*> listeners_;  // in order of creation
  IntrusiveList<SimStream> streams_;
  IntrusiveList<ConnectAttempt> attempts_;
  Ratio short_io_;
  Random short_io_random_;
};

}  // namespace weir::sim::internal
