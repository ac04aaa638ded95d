#pragma once
// wait_either: waits for the first of two Events, without a Task, a frame or an allocation.
//
//   const std::size_t woken = co_await wait_either(stream.broken(), other.writable());   // 0 or 1
//
// A signal that is remembered ends it at once, the first Event's before the second's. What is said
// of Event holds for both: they are hints, each has one waiter, and they outlive the wait. The wait
// for the other one is given up; a signal of that one that was on its way already is gone.

#include <coroutine>
#include <cstddef>

#include "task/event.hpp"

namespace weir::task {

class [[nodiscard]] EitherWait final {
 public:
  EitherWait(Event& first, Event& second) noexcept : sides_{Side(first), Side(second)} {}

  bool await_ready() noexcept {
    if (sides_[0].event.consume()) return true;
    remembered_ = 1;
    return sides_[1].event.consume();
  }

  void await_suspend(std::coroutine_handle<> waiter) noexcept {
    for (Side& side : sides_) side.wait(waiter);
  }

  // Of two that waited, the one that still does has lost.
  std::size_t await_resume() const noexcept {
    if (sides_[0].waits()) return 1;
    return sides_[1].waits() ? 0 : remembered_;
  }

 private:
  struct Side final : Resumption {
    explicit Side(Event& awaited) noexcept : event(awaited) {}
    ~Side() {
      if (waits() && !is_linked()) event.remove_waiter(*this);  // as in Event::Wait
    }
    void wait(std::coroutine_handle<> waiter) noexcept {
      coroutine_ = waiter;
      event.add_waiter(*this);
    }
    bool waits() const noexcept { return coroutine_ != nullptr; }

    Event& event;
  };

  Side sides_[2];
  std::size_t remembered_ = 0;  // whose signal was, when it did not wait
};

inline EitherWait wait_either(Event& first, Event& second) noexcept {
  return EitherWait(first, second);
}

}  // namespace weir::task
