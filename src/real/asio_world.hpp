#pragma once
// AsioWorld: io::World on the machine's real sockets and clock; the event loop of one thread.
//
//   AsioWorld world(log);
//   world.spawn(proxy.run());     // any number of tasks
//   world.run();                  // until they have all ended, or stop()
//
// A turn: look at the sockets, take the time, fire timers, run what is ready; when there was
// nothing, sleep in Asio until a socket, the next timer or a post. Asio is hidden behind a pimpl so
// that it is compiled in this folder only.

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "io/world.hpp"
#include "real/connection_spread.hpp"
#include "task/task.hpp"

namespace weir::real {

struct AsioWorldOptions {
  std::uint64_t seed = 0;  // of io::World::random; 0: from the system
  // Of the workers that share ports, one for each: the n-th listener that shares its port belongs
  // to the n-th. They outlive this.
  std::vector<ConnectionSpread*> spreads = {};
  std::size_t worker = 0;  // this world's place in each
};

class AsioWorld {
 public:
  explicit AsioWorld(io::Log& log, AsioWorldOptions options = {});
  ~AsioWorld();
  AsioWorld(const AsioWorld&) = delete;
  AsioWorld& operator=(const AsioWorld&) = delete;

  io::World& world() noexcept;

  // Owned from now on; runs up to its first wait at once.
  void spawn(task::Task<> task);
  std::size_t tasks() const noexcept;

  // Runs until no spawned task is left or stop() was called. May be called again.
  void run();
  void stop() noexcept;  // from this thread

  // Runs `work` in this world's thread, soon. From any thread, also before run().
  void post(std::function<void()> work);

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace weir::real
