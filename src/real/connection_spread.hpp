#pragma once
// ConnectionSpread: keeps the workers of one port evenly loaded.
//
// With SO_REUSEPORT the kernel picks a worker for a new connection by a hash, which knows nothing
// of how many each one holds: by chance, or because long connections gathered, one worker may
// carry far more than its share. So a worker that accepts a connection asks here whom it should
// go to, and when another worker holds markedly fewer, hands the socket over to it.
//
// Shared by the threads of all workers: counters are atomic, hand-overs go through a mutex a
// worker. It outlives every listener and stream that refers to it.

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "base/endpoint.hpp"

namespace weir::real {

// An accepted socket on its way between workers. Plain: whoever takes it owns the descriptor.
struct HandedOver {
  int descriptor = -1;
  Endpoint peer;
};

class ConnectionSpread {
 public:
  static constexpr std::size_t kMailboxMax = 256;  // hand-overs that wait for one worker

  explicit ConnectionSpread(std::size_t workers);

  // The worker joins in. `wake` is called, from any thread, when its mailbox got its first entry.
  void join(std::size_t worker, std::function<void()> wake);
  // The worker takes no more; returns what was still in its mailbox. Never blocks for long.
  std::vector<HandedOver> leave(std::size_t worker);

  // From now on nothing is handed over: for a drain. What was handed over before is
  // in the mailboxes when this returns, so that each worker still finds it.
  void stop();

  // Whom a connection that `worker` just accepted should go to: itself, unless it holds more than
  // a tenth and two more than the least loaded worker.
  std::size_t place(std::size_t worker) const noexcept;

  // Gives it to another worker. False: that one has left or its mailbox is full; keep it.
  bool hand_over(std::size_t to, const HandedOver& connection);
  std::vector<HandedOver> take(std::size_t worker);

  // The number of streams that the worker holds: ++ when it takes one, -- when that closes.
  std::atomic<std::int32_t>& open_streams(std::size_t worker) noexcept {
    return slots_[worker].open;
  }

 private:
  struct alignas(64) Slot {
    std::atomic<std::int32_t> open{0};
    std::atomic<bool> joined{false};  // and not stopped
    std::mutex mutex;                 // guards the rest
    std::vector<HandedOver> mailbox;
    std::function<void()> wake;
  };
  std::vector<Slot> slots_;
};

}  // namespace weir::real
