#include "sim/world/sim_connector.hpp"

#include "sim/world/connect_attempt.hpp"

namespace weir::sim::internal {

task::Task<Result<std::unique_ptr<io::Stream>>> SimConnector::connect(Endpoint to,
                                                                      TimePoint deadline) {
  ConnectAttempt attempt(host_, to);
  while (!attempt.has_ended()) {
    const task::Wakeup wakeup = co_await attempt.ended().wait_until(timers_, deadline);
    if (wakeup == task::Wakeup::timed_out && !attempt.has_ended()) attempt.time_out();
  }
  co_return attempt.take();
}

}  // namespace weir::sim::internal
