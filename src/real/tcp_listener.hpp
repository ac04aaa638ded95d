#pragma once
// TcpListener: io::Listener over a listening socket of the kernel. With a ConnectionSpread it
// gives accepted connections to the worker that should have them, and takes those that others
// hand over.

#include <functional>
#include <memory>
#include <vector>

#include "io/listener.hpp"
#include "real/connection_spread.hpp"
#include "real/readiness.hpp"
#include "real/socket_context.hpp"

namespace weir::real {

// This worker's place among those that share a port.
struct SpreadMember {
  ConnectionSpread* spread = nullptr;  // null: this worker is alone
  std::size_t worker = 0;
  // Runs work in this worker's thread; called from any thread.
  std::function<void(std::function<void()>)> post;
};

class TcpListener final : public io::Listener, Poller::Watch {
 public:
  static Result<std::unique_ptr<io::Listener>> open(const Endpoint& at, io::ListenOptions options,
                                                    SocketContext& context,
                                                    const SpreadMember& member);

  // Takes over a listening, non-blocking socket that the Poller does not know yet: for open().
  TcpListener(int socket, SocketContext& context, const SpreadMember& member);
  ~TcpListener() override;

  io::AcceptResult try_accept() override;
  task::Event& acceptable() override;
  Endpoint local() const override;

 private:
  void on_ready(const Poller::Edges& edges) override;
  void join_spread();
  io::AcceptResult adopt(const HandedOver& connection);

  int socket_;
  SocketContext& context_;
  SpreadMember member_;
  std::shared_ptr<Readiness> acceptable_;  // also held by wake-ups that are on their way
  std::vector<HandedOver> received_;       // from other workers, oldest last
};

}  // namespace weir::real
