#pragma once
// HttpProxy: one worker's HTTP load balancer: accepts on one listener and answers the requests of
// each connection through the backends that its router names.
//
//   HttpProxy proxy(world, listener, options, observer);
//   co_await proxy.run();      // until drain() was called and the sessions have ended
//
// Bounds: connections_max sessions (it stops accepting, so that further clients wait in the
// kernel's backlog), http::Limits for what clients and backends send, HttpTimeouts for every wait,
// PoolOptions for connections to backends.

#include <memory>

#include "io/world.hpp"
#include "proxy/http_worker.hpp"
#include "proxy/server.hpp"

namespace weir::proxy {

class HttpProxy final : SessionFactory {
 public:
  // All references outlive the proxy. The clusters of `options` are shared with other workers.
  HttpProxy(io::World& world, std::unique_ptr<io::Listener> listener, HttpOptions options,
            RequestObserver& observer);

  // Ends after drain(), when the last session has ended or drain_timeout has passed; what is open
  // then is reset. The proxy outlives the Task.
  task::Task<> run();

  // Stops accepting, ends connections that wait for a request, and lets those that are being
  // answered end after their answer. Idempotent.
  void drain();

  std::size_t open_sessions() const noexcept { return server_.open_sessions(); }
  HttpCounters counters() const noexcept;
  const UpstreamPool& pool(std::size_t cluster) const { return worker_.upstreams[cluster].pool; }

 private:
  task::Task<> session(std::unique_ptr<io::Stream> client, std::uint64_t number) override;
  void drain_begins() override;

  const HttpOptions options_;
  HttpWorker worker_;
  Server server_;  // last: its sessions are cancelled before what they use goes
};

}  // namespace weir::proxy
