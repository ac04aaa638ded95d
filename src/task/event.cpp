#include "task/event.hpp"

#include "base/assert.hpp"

namespace weir::task {

void Event::signal() noexcept {
  if (waiter_ == nullptr) {
    signalled_ = true;
    return;
  }
  run_queue_.schedule(*std::exchange(waiter_, nullptr));
}

Event::~Event() { ASSERT(waiter_ == nullptr, "an Event outlives whoever waits for it"); }

void Event::add_waiter(Runnable& waiter) noexcept {
  ASSERT(waiter_ == nullptr, "one coroutine at a time waits for an Event");
  waiter_ = &waiter;
}

void Event::remove_waiter(Runnable& waiter) noexcept {
  if (waiter_ == &waiter) waiter_ = nullptr;
}

void Event::attach(Runnable& waiter) noexcept {
  if (consume()) return run_queue_.schedule(waiter);
  add_waiter(waiter);
}

void Event::Wait::await_suspend(std::coroutine_handle<> waiter) noexcept {
  coroutine_ = waiter;
  event_.add_waiter(*this);
}

// Linked means woken but not yet run: the Event may be gone by then, and has forgotten us anyway.
Event::Wait::~Wait() {
  if (coroutine_ && !is_linked()) event_.remove_waiter(*this);
}

void Event::WaitUntil::await_suspend(std::coroutine_handle<> waiter) {
  coroutine_ = waiter;
  event_.add_waiter(*this);
  timers_.set(*this, deadline_);
}

void Event::WaitUntil::fire() {
  if (is_linked()) return;  // signalled before the deadline; the Event may be gone by now
  wakeup_ = Wakeup::timed_out;
  event_.remove_waiter(*this);
  event_.run_queue_.schedule(*this);
}

void Event::WaitUntil::run() {
  Timer::cancel();
  Resumption::run();
}

Event::WaitUntil::~WaitUntil() {
  if (coroutine_ && !is_linked()) event_.remove_waiter(*this);
}

void SleepUntil::await_suspend(std::coroutine_handle<> waiter) {
  coroutine_ = waiter;
  timers_.set(*this, deadline_);
}

}  // namespace weir::task
