#pragma once
// Slots: how many requests a backend works on at once. The others wait their turn, first in, first
// out, and when the queue is full they are turned away.
//
//   Slots slots(run_queue, {.at_once = 8, .queue_max = 100});
//   Slots::Place place(slots);                        // in the frame of whoever needs a slot
//   if (place.was_turned_away()) ...
//   while (!place.has_slot()) co_await place.event().wait();
//
// A Place gives its slot to the next in line when it is destroyed. The queue knows nothing of
// clients that have given up meanwhile, as those of real servers do not.

#include <cstdint>

#include "base/intrusive_list.hpp"
#include "task/event.hpp"

namespace weir::sim::model {

struct SlotLimits {
  std::uint64_t at_once = 0;  // 0: as many as come
  std::uint64_t queue_max = 1'000'000;
};

class Slots {
 public:
  class Place final : public ListHook {
   public:
    explicit Place(Slots& slots) : slots_(slots), event_(slots.run_queue_) { slots_.enter(*this); }
    ~Place() { slots_.leave(*this); }

    bool has_slot() const noexcept { return state_ == State::works; }
    bool was_turned_away() const noexcept { return state_ == State::away; }
    task::Event& event() noexcept { return event_; }

   private:
    friend class Slots;
    enum class State : std::uint8_t { away, waits, works };
    Slots& slots_;
    task::Event event_;
    State state_ = State::away;
  };

  Slots(task::RunQueue& run_queue, const SlotLimits& limits) noexcept
      : run_queue_(run_queue), limits_(limits) {}

  std::uint64_t working() const noexcept { return working_; }
  std::uint64_t waiting() const noexcept { return waiting_; }

 private:
  void enter(Place& place) {
    if (limits_.at_once == 0 || working_ < limits_.at_once) {
      place.state_ = Place::State::works;
      ++working_;
    } else if (waiting_ < limits_.queue_max) {
      place.state_ = Place::State::waits;
      line_.push_back(place);
      ++waiting_;
    }
  }

  void leave(Place& place) noexcept {
    if (place.state_ == Place::State::waits) --waiting_;
    if (place.state_ != Place::State::works) return;
    --working_;
    if (line_.empty()) return;
    Place& next = line_.front();
    next.unlink();
    --waiting_;
    ++working_;
    next.state_ = Place::State::works;
    next.event_.signal();
  }

  task::RunQueue& run_queue_;
  SlotLimits limits_;
  std::uint64_t working_ = 0;
  std::uint64_t waiting_ = 0;
  IntrusiveList<Place> line_;
};

}  // namespace weir::sim::model
