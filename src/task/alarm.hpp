#pragma once
// Alarm: waits for any of a few Events, until a deadline that may move with every step and costs
// nothing to move; for a coroutine that has many short waits, such as a session.
//
//   alarm.set_deadline(after(timers.now(), 10s));
//   alarm.watch(client.readable());
//   alarm.watch(upstream.readable());
//   const Alarm::Woken woken = co_await alarm.wait();    // .timed_out, or .by(0), .by(1)
//
// The timer moves lazily: a deadline that is later than the timer's is only stored, and the timer
// is set again when it rings too early, so that a request costs no operation on the timers' heap.
// One coroutine at a time waits; watched Events outlive the wait. A deadline that has passed ends
// the wait in the next turn, and every later one, until it is moved.

#include <array>
#include <cstddef>
#include <cstdint>

#include "task/event.hpp"

namespace weir::task {

class Alarm final : Timer, Resumption {
 public:
  static constexpr std::size_t kEventsMax = 4;

  struct Woken {
    bool timed_out = false;
    std::uint8_t events = 0;  // a bit for each Event that was signalled, in the order of watch()

    bool by(std::size_t event) const noexcept { return (events >> event & 1) != 0; }
  };

  class [[nodiscard]] Wait final {
   public:
    explicit Wait(Alarm& alarm) noexcept : alarm_(alarm) {}
    ~Wait();
    Wait(const Wait&) = delete;
    Wait& operator=(const Wait&) = delete;
    bool await_ready() noexcept { return false; }
    void await_suspend(std::coroutine_handle<> waiter) noexcept;
    Woken await_resume() noexcept { return alarm_.woken_; }

   private:
    Alarm& alarm_;
  };

  Alarm(RunQueue& run_queue, Timers& timers) noexcept : run_queue_(run_queue), timers_(timers) {}
  ~Alarm() { forget_all(); }
  Alarm(const Alarm&) = delete;
  Alarm& operator=(const Alarm&) = delete;

  TimePoint deadline() const noexcept { return deadline_; }
  void set_deadline(TimePoint deadline);  // also while somebody waits

  void watch(Event& event) noexcept;  // for the next wait() only
  Wait wait() noexcept { return Wait(*this); }

 private:
  void fire() override;
  void run() override;
  void forget_all() noexcept;

  RunQueue& run_queue_;
  Timers& timers_;
  TimePoint deadline_ = kNever;
  TimePoint armed_for_ = kNever;  // when the timer rings; kNever: it is not set
  std::array<Event*, kEventsMax> events_{};
  std::uint8_t watched_ = 0;
  Woken woken_;
};

}  // namespace weir::task
