#pragma once
// SimConnector: the io::Connector of a simulated host. Each connect is a ConnectAttempt in a
// coroutine.
//
//   SimConnector connector(sockets, timers);   io::World world{..., connector, ...};

#include "io/connector.hpp"
#include "task/timers.hpp"

namespace weir::sim::internal {

class Sockets;

class SimConnector final : public io::Connector {
 public:
  SimConnector(Sockets& host, task::Timers& timers) noexcept : host_(host), timers_(timers) {}

  // The connector outlives the Task.
  task::Task<Result<std::unique_ptr<io::Stream>>> connect(Endpoint to, TimePoint deadline) override;

 private:
  Sockets& host_;
  task::Timers& timers_;
};

}  // namespace weir::sim::internal
