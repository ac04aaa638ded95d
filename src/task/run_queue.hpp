#pragma once
// What is ready to run, first come, first served. Every coroutine that waits is resumed from here
// and never from inside the call that woke it: so a signal never re-enters its caller.
//
//   run_queue.schedule(waiter);          // O(1), no allocation
//   run_queue.run(1000);                 // runs what is ready, and what that makes ready
//
// One RunQueue belongs to one thread. In the simulator each host has its own, so that a host can
// be paused. It owns nothing; a Runnable that is destroyed leaves the queue.

#include <coroutine>
#include <cstddef>
#include <utility>

#include "base/intrusive_list.hpp"

namespace weir::task {

class Runnable : public ListHook {
 public:
  virtual void run() = 0;  // called once for each schedule(), with the queue's link already free

 protected:
  Runnable() = default;
  ~Runnable() = default;
};

class RunQueue {
 public:
  // Told when the queue goes from empty to ready, for an owner of several queues.
  class Owner {
   public:
    virtual void became_ready(RunQueue& queue) = 0;

   protected:
    ~Owner() = default;
  };

  RunQueue() = default;
  explicit RunQueue(Owner& owner) : owner_(&owner) {}

  // Does nothing when it is scheduled already.
  void schedule(Runnable& runnable) noexcept {
    if (runnable.is_linked()) return;
    const bool was_empty = ready_.empty();
    ready_.push_back(runnable);
    if (was_empty && owner_ != nullptr) owner_->became_ready(*this);
  }

  bool empty() const noexcept { return ready_.empty(); }

  // Runs until nothing is ready or `steps_max` have run, so that a turn is bounded; returns the
  // number run.
  std::size_t run(std::size_t steps_max);

 private:
  IntrusiveList<Runnable> ready_;
  Owner* owner_ = nullptr;
};

// Resumes a coroutine; the base of every awaiter that a RunQueue wakes.
class Resumption : public Runnable {
 public:
  void run() override { std::exchange(coroutine_, nullptr).resume(); }

 protected:
  ~Resumption() = default;
  std::coroutine_handle<> coroutine_;  // null before it waits and once it was resumed
};

}  // namespace weir::task
