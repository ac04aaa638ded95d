#pragma once
// Readiness of one direction of a socket: turns the edges of the Poller into the levels that
// io::Stream and io::Listener promise.
//
//   became_ready()   the Poller saw an edge        exhausted()   an operation found nothing to do

#include "task/event.hpp"

namespace weir::real {

class Readiness {
 public:
  explicit Readiness(task::RunQueue& run_queue) : event_(run_queue) {}

  void became_ready() {  // an edge
    ready_ = true;
    if (event_.has_waiter()) event_.signal();
  }
  void exhausted() noexcept { ready_ = false; }  // the next edge will tell

  // The Event to wait for: signalled already when ready.
  task::Event& event() {
    if (ready_) event_.signal();
    return event_;
  }
  bool has_waiter() const noexcept { return event_.has_waiter(); }

 private:
  task::Event event_;
  bool ready_ = false;
};

}  // namespace weir::real
