#pragma once
// Event: how one coroutine learns that something happened.
//
//   co_await event.wait();                                       // or with a deadline:
//   const Wakeup w = co_await event.wait_until(timers, deadline);
//
// signal() wakes the waiter through the RunQueue, never inline; without a waiter it is remembered
// (once) and the next wait returns at once. At most one coroutine waits at a time. An Event is a
// hint: waiters loop on the condition they wait for, because a wake-up may be spurious and one
// that was on its way to a cancelled waiter is gone.
//
// sleep_until(run_queue, timers, t) waits for a time alone; yield(run_queue) for one's next turn;
// task::Alarm for any of several Events.

#include <cstdint>
#include <utility>

#include "task/run_queue.hpp"
#include "task/timers.hpp"

namespace weir::task {

enum class Wakeup : std::uint8_t { signalled, timed_out };

class Event {
 public:
  // Waits without a deadline of its own; whoever uses it has a deadline around it (race, or the
  // session's idle timer).
  class [[nodiscard]] Wait final : public Resumption {
   public:
    explicit Wait(Event& event) noexcept : event_(event) {}
    ~Wait();
    bool await_ready() noexcept { return event_.consume(); }
    void await_suspend(std::coroutine_handle<> waiter) noexcept;
    void await_resume() noexcept {}

   private:
    Event& event_;
  };

  class [[nodiscard]] WaitUntil final : public Resumption, Timer {
   public:
    WaitUntil(Event& event, Timers& timers, TimePoint deadline) noexcept
        : event_(event), timers_(timers), deadline_(deadline) {}
    ~WaitUntil();
    bool await_ready() noexcept { return event_.consume(); }
    void await_suspend(std::coroutine_handle<> waiter);
    Wakeup await_resume() noexcept { return wakeup_; }
    void run() override;

   private:
    void fire() override;
    Event& event_;
    Timers& timers_;
    TimePoint deadline_;
    Wakeup wakeup_ = Wakeup::signalled;
  };

  explicit Event(RunQueue& run_queue) noexcept : run_queue_(run_queue) {}
  ~Event();
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;

  void signal() noexcept;
  bool has_waiter() const noexcept { return waiter_ != nullptr; }

  // For waiters that are no coroutine, or that wait for several Events at a time: the next signal
  // (or a remembered one, at once) schedules `waiter` and detaches it. Both outlive that, or
  // detach() first.
  void attach(Runnable& waiter) noexcept;
  void detach(Runnable& waiter) noexcept { remove_waiter(waiter); }
  bool is_attached(const Runnable& waiter) const noexcept { return waiter_ == &waiter; }

  Wait wait() noexcept { return Wait(*this); }
  WaitUntil wait_until(Timers& timers, TimePoint deadline) noexcept {
    return WaitUntil(*this, timers, deadline);
  }

 private:
  friend class EitherWait;  // task/either.hpp

  bool consume() noexcept { return std::exchange(signalled_, false); }
  void add_waiter(Runnable& waiter) noexcept;
  void remove_waiter(Runnable& waiter) noexcept;  // nothing when it is not the waiter

  RunQueue& run_queue_;
  Runnable* waiter_ = nullptr;
  bool signalled_ = false;
};

// co_await yield(run_queue): lets whatever else is ready run first.
class [[nodiscard]] Yield final : public Resumption {
 public:
  explicit Yield(RunQueue& run_queue) noexcept : run_queue_(run_queue) {}
  bool await_ready() noexcept { return false; }
  void await_suspend(std::coroutine_handle<> waiter) noexcept {
    coroutine_ = waiter;
    run_queue_.schedule(*this);
  }
  void await_resume() noexcept {}

 private:
  RunQueue& run_queue_;
};

inline Yield yield(RunQueue& run_queue) noexcept { return Yield(run_queue); }

// co_await sleep_until(...): resumes in the first turn at or after `deadline`.
class [[nodiscard]] SleepUntil final : public Resumption, Timer {
 public:
  SleepUntil(RunQueue& run_queue, Timers& timers, TimePoint deadline) noexcept
      : run_queue_(run_queue), timers_(timers), deadline_(deadline) {}
  bool await_ready() noexcept { return deadline_ <= timers_.now(); }
  void await_suspend(std::coroutine_handle<> waiter);
  void await_resume() noexcept {}

 private:
  void fire() override { run_queue_.schedule(*this); }
  RunQueue& run_queue_;
  Timers& timers_;
  TimePoint deadline_;
};

inline SleepUntil sleep_until(RunQueue& run_queue, Timers& timers, TimePoint deadline) noexcept {
  return SleepUntil(run_queue, timers, deadline);
}

}  // namespace weir::task
