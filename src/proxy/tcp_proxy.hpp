#pragma once
// TcpProxy: one worker's TCP proxy: accepts on one listener and relays each connection to the
// backend of a cluster that its policy picks.
//
//   TcpProxy proxy(world, listener, options, balance, observer);
//   co_await proxy.run();      // until drain() was called and the sessions have ended
//
// It keeps to bounds: no more than connections_max sessions (Server), 64 KiB in flight a direction,
// a deadline on every wait. It deliberately does not look into the bytes.

#include <cstdint>
#include <memory>
#include <vector>

#include "io/world.hpp"
#include "lb/cluster.hpp"
#include "proxy/server.hpp"
#include "proxy/session_record.hpp"

namespace weir::proxy {

struct TcpProxyOptions {
  std::vector<Endpoint> backends;  // in the order of the cluster
  std::size_t connections_max = 10'000;
  Duration connect_timeout = std::chrono::seconds(5);      // for each backend that is tried
  Duration idle_timeout = std::chrono::minutes(10);        // no byte in either direction
  Duration half_close_timeout = std::chrono::seconds(30);  // the same once one side has ended
  Duration drain_timeout = std::chrono::seconds(30);       // from drain() until sessions are reset
};

struct TcpProxyCounters : ServerCounters {
  std::uint64_t finished = 0;  // sessions that ended as `finished`
  std::uint64_t failed = 0;    // sessions that ended otherwise
  std::uint64_t connects_failed = 0;
  std::uint64_t bytes_from_clients = 0;
  std::uint64_t bytes_from_upstreams = 0;
};

// What every session of a proxy shares; outlives them.
struct TcpSessionContext {
  io::World& world;
  const TcpProxyOptions& options;
  lb::Cluster& balance;
  SessionObserver& observer;
  std::size_t& without_descriptor;  // sessions that wait for one; nobody is accepted meanwhile
};

class TcpProxy final : SessionFactory, SessionObserver {
 public:
  // All references outlive the proxy. The cluster is shared with other workers.
  TcpProxy(io::World& world, std::unique_ptr<io::Listener> listener, TcpProxyOptions options,
           lb::Cluster& balance, SessionObserver& observer);

  // Ends after drain(), when the last session has ended or drain_timeout has passed; what is open
  // then is reset. The proxy outlives the Task.
  task::Task<> run() { return server_.run(); }
  void drain() { server_.drain(); }  // stops accepting in the next turn; idempotent

  std::size_t open_sessions() const noexcept { return server_.open_sessions(); }
  TcpProxyCounters counters() const noexcept;

 private:
  task::Task<> session(std::unique_ptr<io::Stream> client, std::uint64_t number) override;
  void session_ended(const SessionRecord& record) override;

  const TcpProxyOptions options_;
  std::size_t without_descriptor_ = 0;
  TcpSessionContext context_;
  SessionObserver& observer_;
  TcpProxyCounters counters_;
  Server server_;  // last: its sessions are cancelled before what they use goes
};

}  // namespace weir::proxy
