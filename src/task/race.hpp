#pragma once
// Two Tasks at once, in one coroutine, without a RunQueue of their own.
//
//   const std::size_t winner = co_await race(transfer(), idle_timeout());   // 0 or 1
//   co_await both(upload(), download());
//
// race: ends with the first that ends; the other is cancelled before the await returns. When the
// first ends without waiting, the second is never started.
// both: ends when both have ended. Destroying the awaiting coroutine cancels both.
// Results go through references that the caller's frame owns; hence Task<> only.

#include <coroutine>
#include <cstddef>
#include <utility>

#include "task/task.hpp"

namespace weir::task {

class [[nodiscard]] Race {
 public:
  Race(Task<> first, Task<> second) : tasks_{std::move(first), std::move(second)} {}
  bool await_ready() noexcept { return false; }

  bool await_suspend(std::coroutine_handle<> parent) {
    parent_ = parent;
    if (tasks_[0].start(&ended<0>, this)) return false;
    winner_ = 1;
    return !tasks_[1].start(&ended<1>, this);
  }

  std::size_t await_resume() {
    tasks_[1 - winner_].cancel();
    return winner_;
  }

 private:
  template <std::size_t index>
  static void ended(void* self) {
    Race& race = *static_cast<Race*>(self);
    race.winner_ = index;
    race.parent_.resume();
  }

  Task<> tasks_[2];
  std::coroutine_handle<> parent_;
  std::size_t winner_ = 0;
};

class [[nodiscard]] Both {
 public:
  Both(Task<> first, Task<> second) : tasks_{std::move(first), std::move(second)} {}
  bool await_ready() noexcept { return false; }

  bool await_suspend(std::coroutine_handle<> parent) {
    parent_ = parent;
    for (Task<>& task : tasks_) {
      if (task.start(&ended, this)) --running_;
    }
    return running_ > 0;
  }

  void await_resume() noexcept {}

 private:
  static void ended(void* self) {
    Both& both = *static_cast<Both*>(self);
    if (--both.running_ == 0) both.parent_.resume();
  }

  Task<> tasks_[2];
  std::coroutine_handle<> parent_;
  std::size_t running_ = 2;
};

inline Race race(Task<> first, Task<> second) { return Race(std::move(first), std::move(second)); }
inline Both both(Task<> first, Task<> second) { return Both(std::move(first), std::move(second)); }

}  // namespace weir::task
