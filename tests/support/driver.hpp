#pragma once
// Driver: a run queue and timers that a test turns by hand. Running<T>: a Task that a test runs.
//
//   Driver driver;   Event event(driver.run_queue);
//   Running running(waits_for(event));       // runs up to its first wait
//   event.signal();   driver.settle();   CHECK(running.ended());
//
// Declare the Driver first: what waits leaves its queue and its timers when it is destroyed.

#include <utility>

#include "task/run_queue.hpp"
#include "task/task.hpp"
#include "task/timers.hpp"

namespace weir::test {

struct Driver {
  task::RunQueue run_queue;
  task::Timers timers;

  // Runs all that is ready and what that makes ready; returns the number of steps.
  std::size_t settle() {
    constexpr std::size_t kStepsMax = 1'000'000;
    const std::size_t steps = run_queue.run(kStepsMax);
    ASSERT(steps < kStepsMax, "a test comes to rest");
    return steps;
  }

  // Lets time pass, deadline by deadline, settling at each.
  void advance(Duration by) {
    const TimePoint end = after(timers.now(), by);
    settle();
    while (timers.next_deadline() <= end) {
      timers.advance_to(timers.next_deadline());
      settle();
    }
    timers.advance_to(end);
  }
};

template <class T>
class Running {
 public:
  explicit Running(task::Task<T> task) : task_(std::move(task)) {
    ended_ = task_.start(&note_end, this);
  }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;

  bool ended() const noexcept { return ended_; }
  T take() { return task_.take(); }
  void cancel() noexcept { task_.cancel(); }

 private:
  static void note_end(void* self) { static_cast<Running*>(self)->ended_ = true; }

  task::Task<T> task_;
  bool ended_ = false;
};

}  // namespace weir::test
