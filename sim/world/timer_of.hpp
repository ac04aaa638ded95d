#pragma once
// TimerOf: a timer that calls a member function of its owner when it is due.
//
//   class Door { void close();   TimerOf<Door, &Door::close> timer_{*this}; };
//
// The function may destroy the owner, and with it the timer.

#include "task/timers.hpp"

namespace weir::sim::internal {

template <class Owner, void (Owner::*due)()>
class TimerOf final : public task::Timer {
 public:
  explicit TimerOf(Owner& owner) noexcept : owner_(owner) {}

 private:
  void fire() override { (owner_.*due)(); }
  Owner& owner_;
};

}  // namespace weir::sim::internal
