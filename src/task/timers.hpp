#pragma once
// Time for one World: the current time, and what is to happen later. One class for both worlds;
// they differ only in who calls advance_to(): the event loop with the steady clock's time, or the
// simulator with the time of the next event.
//
//   struct Alarm : Timer { void fire() override { ... } };
//   timers.set(alarm, timers.now() + 5s);
//
// now() stands still during a turn, so code that runs in one turn agrees on the time. Timers fire
// in order of (deadline, order of setting). O(log n) to set and cancel; a 4-ary heap with
// back-pointers (Timers never allocates per timer once its heap has grown).

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/time.hpp"

namespace weir::task {

class Timers;

// Something that happens at a time. Owned by whoever set it; destroying it cancels it.
class Timer {
 public:
  Timer() noexcept = default;
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;

  // Called from advance_to(), unset. It may set or destroy any timer, itself included.
  virtual void fire() = 0;

  bool is_set() const noexcept { return timers_ != nullptr; }
  void cancel() noexcept;  // nothing when it is not set

 protected:
  ~Timer() { cancel(); }

 private:
  friend class Timers;
  Timers* timers_ = nullptr;  // not null exactly while it is in that heap
  std::size_t index_ = 0;     // where in the heap
};

class Timers {
 public:
  Timers() = default;
  ~Timers();  // nothing may be set any more
  Timers(const Timers&) = delete;
  Timers& operator=(const Timers&) = delete;

  TimePoint now() const noexcept { return now_; }

  // Sets or moves it. A deadline in the past fires at the next advance_to(); kNever cancels it.
  void set(Timer& timer, TimePoint deadline);

  TimePoint next_deadline() const noexcept {
    return heap_.empty() ? kNever : heap_.front().deadline;
  }
  std::size_t size() const noexcept { return heap_.size(); }
  std::uint64_t fired() const noexcept { return fired_; }  // since the beginning

  // Moves time forward (never back) and fires what is due. Timers that are set while it runs wait
  // for the next call, so that it ends.
  void advance_to(TimePoint now);

 private:
  friend class Timer;
  struct Entry {
    TimePoint deadline;
    std::uint64_t sequence;
    Timer* timer;

    bool before(const Entry& other) const noexcept {
      return deadline != other.deadline ? deadline < other.deadline : sequence < other.sequence;
    }
  };

  void put(std::size_t index, const Entry& entry) noexcept;
  void sift_up(std::size_t index, const Entry& entry) noexcept;
  void sift_down(std::size_t index, const Entry& entry) noexcept;
  void remove(std::size_t index) noexcept;

  std::vector<Entry> heap_;
  TimePoint now_{};
  std::uint64_t next_sequence_ = 0;
  std::uint64_t fired_ = 0;
};

}  // namespace weir::task
