#include "task/run_queue.hpp"

namespace weir::task {

std::size_t RunQueue::run(std::size_t steps_max) {
  std::size_t steps = 0;
  while (steps < steps_max && !ready_.empty()) {
    Runnable& next = ready_.front();
    next.unlink();
    next.run();
    ++steps;
  }
  return steps;
}

}  // namespace weir::task
