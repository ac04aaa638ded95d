#pragma once
// TcpConnector: io::Connector by the kernel's non-blocking connect.
// An attempt that is given up, at its deadline or because its Task is destroyed, closes its socket.
// It deliberately tries one address once: whom to try next is the caller's policy.

#include "io/connector.hpp"
#include "real/socket_context.hpp"

namespace weir::real {

class TcpConnector final : public io::Connector {
 public:
  TcpConnector(SocketContext& context, task::Timers& timers) : context_(context), timers_(timers) {}

  task::Task<Result<std::unique_ptr<io::Stream>>> connect(Endpoint to, TimePoint deadline) override;

 private:
  SocketContext& context_;
  task::Timers& timers_;
};

}  // namespace weir::real
