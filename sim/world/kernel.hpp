#pragma once
// Kernel: the one thread of a simulated world. It owns virtual time (task::Timers, the only event
// heap), the seed and the trace, and runs whatever is ready before it lets time jump to the next
// event. Idle time is free.
//
//   Kernel kernel(seed);   Network network(kernel);   ...   kernel.run_until(start + 60s);
//
// Order is total: hosts' run queues are served in the order in which they became ready, timers in
// the order of (time, order of setting). Nothing depends on addresses of objects.

#include <cstdint>
#include <deque>
#include <string_view>
#include <vector>

#include "base/random.hpp"
#include "sim/world/trace.hpp"
#include "task/run_queue.hpp"
#include "task/timers.hpp"

namespace weir::sim {

class Kernel final : public task::RunQueue::Owner {
 public:
  // Of one queue until the next one has its turn.
  static constexpr std::size_t kStepsPerTurn = 256;

  // Steps and timers at one instant of virtual time. No scenario comes near; more is a program that
  // spins: it asks again and again instead of waiting, and time would never move on.
  static constexpr std::uint64_t kEventsPerInstantMax = 1'000'000;

  explicit Kernel(std::uint64_t seed);
  ~Kernel();
  Kernel(const Kernel&) = delete;
  Kernel& operator=(const Kernel&) = delete;

  std::uint64_t seed() const noexcept { return seed_; }
  TimePoint now() const noexcept { return timers_.now(); }
  task::Timers& timers() noexcept { return timers_; }
  Trace& trace() noexcept { return trace_; }

  // A stream of its own for each (purpose, entity): see base/random.hpp.
  Random random(std::string_view purpose, std::uint64_t entity) const noexcept;

  void record(EventKind kind, std::uint64_t actor, std::uint64_t size) noexcept {
    trace_.record(now(), kind, actor, size);
  }

  // Runs until virtual time is `end` (what happens at `end` included), or stop() was called. When
  // nothing is left to happen, time jumps to `end`; with kNever it stays where it is.
  void run_until(TimePoint end);
  void stop() noexcept { stopped_ = true; }  // run_until() returns after the current step

  // A program spun. Nothing runs any more: run_until() returns at once.
  bool has_spun() const noexcept { return has_spun_; }

  // Steps of coroutines plus timers fired: the work done so far, for events per second.
  std::uint64_t events() const noexcept { return steps_ + timers_.fired(); }

  // A queue that is paused keeps what becomes ready until it is resumed. A queue that is paused
  // from one of its own steps ends that step and then stands still.
  void set_paused(task::RunQueue& queue, bool paused);
  void forget(task::RunQueue& queue) noexcept;  // before a queue is destroyed
  void became_ready(task::RunQueue& queue) override;

  // One of the queue's steps is on the stack.
  bool is_running(const task::RunQueue& queue) const noexcept { return running_ == &queue; }

 private:
  void run_ready();
  void run_turn(task::RunQueue& queue);
  void advance_to(TimePoint time);
  bool is_over() noexcept;
  bool is_paused(const task::RunQueue& queue) const noexcept;

  std::uint64_t seed_;
  task::Timers timers_;
  Trace trace_;
  // In the order in which they became ready; none is paused or running_. One that was emptied by
  // the end of its tasks may still be here, and be here again: its turn is then short.
  std::deque<task::RunQueue*> ready_;
  std::vector<task::RunQueue*> paused_;
  task::RunQueue* running_ = nullptr;
  bool turn_over_ = false;  // running_ was paused or forgotten during its turn
  std::uint64_t steps_ = 0;
  std::uint64_t events_before_ = 0;  // this instant
  bool stopped_ = false;
  bool has_spun_ = false;
};

}  // namespace weir::sim
