#pragma once
// UpstreamPool: one worker's connections to the backends of one cluster: those that are idle, to be
// used again, and how many there may be.
//
//   std::optional<Lease> lease = pool.try_lease(backend);        // idle, or the right to connect
//   if (!lease) { Result<Lease> r = co_await pool.wait_for_lease(backend, deadline); ... }
//   if (!lease->is_connected()) lease->connected(std::move(stream));
//   ...   pool.give_back(std::move(*lease));     // or destroy it, which closes the connection
//
// - The connection that was used last is used first, so that surplus ones grow old and go: after
//   idle_timeout, or as the least recently used of more than idle_max.
// - An idle connection on which anything happens (its end, or bytes that nobody asked for) is
//   closed at once and never used again: RFC 9112, 9.3 and 9.5.
// - A backend has at most connections_max; queue_max requests may wait for one, first come, first
//   served.
// Only a connection whose last message ended cleanly, with nothing left to read, is given back.

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "base/intrusive_list.hpp"
#include "base/pooled.hpp"
#include "base/result.hpp"
#include "io/stream.hpp"
#include "task/task.hpp"
#include "task/timers.hpp"

namespace weir::proxy {

struct PoolOptions {
  std::size_t idle_max = 128;  // of all backends together; 0 keeps none
  Duration idle_timeout = std::chrono::seconds(60);
  std::size_t connections_max = 0;  // of each backend, idle ones included; 0: no limit
  std::size_t queue_max = 1024;     // requests that wait for a connection to one backend
};

struct PoolCounters {
  std::uint64_t leases = 0;   // requests that got a connection, or the right to open one
  std::uint64_t reused = 0;   // of these, with a connection that was there already
  std::uint64_t waited = 0;   // of these, after waiting in the queue
  std::uint64_t refused = 0;  // requests for which even the queue had no place
  std::uint64_t evicted = 0;  // idle connections closed for being one too many
  std::uint64_t expired = 0;  // ... for being too old
  std::uint64_t dropped = 0;  // ... because something happened on them
};

class UpstreamPool;

// The right to one connection to a backend, and the connection. Destroying it closes that and lets
// the next one in the queue have the right. Within the pool's lifetime.
class [[nodiscard]] Lease {
 public:
  Lease(Lease&& other) noexcept;
  Lease& operator=(Lease&& other) noexcept;
  ~Lease() { release(); }

  std::uint32_t backend() const noexcept { return backend_; }
  bool is_connected() const noexcept { return stream_ != nullptr; }
  bool is_reused() const noexcept { return is_reused_; }  // it has carried a request before
  io::Stream& stream() noexcept { return *stream_; }
  void connected(std::unique_ptr<io::Stream> stream) noexcept { stream_ = std::move(stream); }
  std::unique_ptr<io::Stream> take_stream() noexcept { return std::move(stream_); }

 private:
  friend class UpstreamPool;
  Lease(UpstreamPool& pool, std::uint32_t backend) noexcept : pool_(&pool), backend_(backend) {}
  void release() noexcept;

  UpstreamPool* pool_;  // null once moved from
  std::uint32_t backend_;
  bool is_reused_ = false;
  std::unique_ptr<io::Stream> stream_;
};

class UpstreamPool final : task::Timer {
 public:
  // Run queue and timers outlive it, and no Lease of it does.
  UpstreamPool(task::RunQueue& run_queue, task::Timers& timers, const PoolOptions& options,
               std::size_t backends);
  ~UpstreamPool();
  UpstreamPool(const UpstreamPool&) = delete;
  UpstreamPool& operator=(const UpstreamPool&) = delete;

  // nullopt: the backend has all the connections that it may have.
  std::optional<Lease> try_lease(std::uint32_t backend);

  // The same, but never one that was used before; an idle one makes room for it.
  std::optional<Lease> try_fresh_lease(std::uint32_t backend);

  // Waits for one in the queue; `fresh`: for one that was never used before.
  // Errors: refused (the queue is full), timed_out.
  task::Task<Result<Lease>> wait_for_lease(std::uint32_t backend, TimePoint deadline,
                                           bool fresh = false);

  void give_back(Lease lease);
  void close_idle();  // all of them

  std::size_t idle() const noexcept { return idle_count_; }
  std::size_t open(std::uint32_t backend) const noexcept { return backends_[backend].open; }
  std::size_t waiting(std::uint32_t backend) const noexcept { return backends_[backend].waiting; }
  const PoolCounters& counters() const noexcept { return counters_; }

 private:
  friend class Lease;

  // An idle connection: in its backend's stack, and in the list of all by age.
  struct Idle final : ListHook, Pooled {
    // What happens on the connection wakes this.
    struct Watch final : task::Runnable {
      explicit Watch(Idle& watched) noexcept : idle(watched) {}
      void run() override { idle.pool.look_at(idle); }
      Idle& idle;
    };

    Idle(UpstreamPool& owner, std::uint32_t of, std::unique_ptr<io::Stream> kept, TimePoint now);
    ~Idle();

    UpstreamPool& pool;
    std::uint32_t backend;
    TimePoint since;
    std::unique_ptr<io::Stream> stream;
    Watch watch;
  };

  struct Waiter final : ListHook {
    Waiter(task::RunQueue& run_queue, bool only_fresh) : fresh(only_fresh), granted(run_queue) {}
    const bool fresh;            // a connection that was used before is closed instead
    std::optional<Lease> lease;  // set when it was its turn
    task::Event granted;
  };

  struct Backend {
    std::vector<std::unique_ptr<Idle>> idle;  // the last used last
    IntrusiveList<Waiter> queue;
    std::size_t open = 0;  // leases and idle connections
    std::size_t waiting = 0;
  };

  bool is_full(const Backend& backend) const noexcept {
    return options_.connections_max > 0 && backend.open >= options_.connections_max;
  }
  Lease new_lease(std::uint32_t backend);
  void grant(Waiter& waiter, Lease lease);
  void one_less(std::uint32_t backend) noexcept;
  std::unique_ptr<io::Stream> remove(Idle& idle);
  void close(Idle& idle);
  void look_at(Idle& idle);
  void fire() override;
  void set_timer();

  task::RunQueue& run_queue_;
  task::Timers& timers_;
  const PoolOptions options_;
  std::vector<Backend> backends_;
  IntrusiveList<Idle> by_age_;  // the oldest first
  std::size_t idle_count_ = 0;
  PoolCounters counters_;
};

}  // namespace weir::proxy
