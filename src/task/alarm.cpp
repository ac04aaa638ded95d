#include "task/alarm.hpp"

#include "base/assert.hpp"

namespace weir::task {

void Alarm::set_deadline(TimePoint deadline) {
  deadline_ = deadline;
  if (deadline_ >= armed_for_) return;  // rings early, and is set again then
  armed_for_ = deadline_;
  timers_.set(*this, deadline_);
}

void Alarm::watch(Event& event) noexcept {
  ASSERT(watched_ < kEventsMax, "an Alarm watches a few Events at a time");
  events_[watched_++] = &event;
}

void Alarm::Wait::await_suspend(std::coroutine_handle<> waiter) noexcept {
  ASSERT(!alarm_.coroutine_, "one coroutine at a time waits for an Alarm");
  alarm_.coroutine_ = waiter;
  alarm_.woken_ = {};
  for (std::size_t i = 0; i < alarm_.watched_; ++i) alarm_.events_[i]->attach(alarm_);
  if (alarm_.deadline_ <= alarm_.timers_.now()) alarm_.run_queue_.schedule(alarm_);
}

// After a wait that was cancelled, nobody is there to be resumed.
Alarm::Wait::~Wait() {
  alarm_.forget_all();
  alarm_.coroutine_ = nullptr;
}

// The waiter is resumed by run(), never from here.
void Alarm::fire() {
  armed_for_ = kNever;
  if (deadline_ > timers_.now()) return set_deadline(deadline_);
  if (coroutine_) run_queue_.schedule(*this);
}

void Alarm::run() {
  for (std::size_t i = 0; i < watched_; ++i) {
    if (!events_[i]->is_attached(*this)) woken_.events |= static_cast<std::uint8_t>(1U << i);
  }
  woken_.timed_out = deadline_ <= timers_.now();
  forget_all();
  Resumption::run();
}

void Alarm::forget_all() noexcept {
  for (std::size_t i = 0; i < watched_; ++i) events_[i]->detach(*this);
  watched_ = 0;
  unlink();
}

}  // namespace weir::task
