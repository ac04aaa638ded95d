#pragma once
// TcpProxy: one worker's TCP proxy: accepts on one listener and relays each connection to a
// backend, in turn.
//
//   TcpProxy proxy(world, listener, options, turn, observer);
//   co_await proxy.run();      // until drain() was called and the sessions have ended
//
// It keeps to bounds: no more than connections_max sessions (it stops accepting, so that further
// clients wait in the kernel's backlog or find another worker), 64 KiB in flight a direction,
// a deadline on every wait. It deliberately does not look into the bytes.

#include <cstdint>
#include <memory>
#include <vector>

#include "io/world.hpp"
#include "lb/round_robin.hpp"
#include "proxy/session_record.hpp"
#include "task/task_group.hpp"

namespace weir::proxy {

struct TcpProxyOptions {
  std::vector<Endpoint> backends;  // at least one
  std::size_t connections_max = 10'000;
  Duration connect_timeout = std::chrono::seconds(5);      // for each backend that is tried
  Duration idle_timeout = std::chrono::minutes(10);        // no byte in either direction
  Duration half_close_timeout = std::chrono::seconds(30);  // the same once one side has ended
  Duration drain_timeout = std::chrono::seconds(30);       // from drain() until sessions are reset
};

struct TcpProxyCounters {
  std::uint64_t accepted = 0;
  std::uint64_t finished = 0;  // sessions that ended as `finished`
  std::uint64_t failed = 0;    // sessions that ended otherwise
  std::uint64_t connects_failed = 0;
  std::uint64_t accept_pauses = 0;  // times that it backed off for lack of file descriptors
  std::uint64_t bytes_from_clients = 0;
  std::uint64_t bytes_from_upstreams = 0;
  std::size_t open_max = 0;  // the most sessions that were open at a time
};

// Between two looks for file descriptors when the process or system has run out of them.
inline constexpr Duration kDescriptorPause = std::chrono::milliseconds(100);

// What every session of a proxy shares; outlives them.
struct TcpSessionContext {
  io::World& world;
  const TcpProxyOptions& options;
  lb::RoundRobin& turn;
  SessionObserver& observer;
  std::size_t& without_descriptor;  // sessions that wait for one; nobody is accepted meanwhile
};

class TcpProxy final : SessionObserver {
 public:
  // All references outlive the proxy. `turn` may be shared with other workers.
  TcpProxy(io::World& world, std::unique_ptr<io::Listener> listener, TcpProxyOptions options,
           lb::RoundRobin& turn, SessionObserver& observer);

  // Ends after drain(), when the last session has ended or drain_timeout has passed; what is open
  // then is reset. The proxy outlives the Task.
  task::Task<> run();

  // Stops accepting in the next turn. Idempotent.
  void drain();

  std::size_t open_sessions() const noexcept { return sessions_.size(); }
  const TcpProxyCounters& counters() const noexcept { return counters_; }

 private:
  task::Task<> accept_for_ever();
  io::AcceptStatus accept_one();
  task::Task<> pause_accepting();
  void accept_rest();
  task::Task<> drain_asked();
  task::Task<> all_sessions_ended();
  task::Task<> drain_deadline();
  void session_ended(const SessionRecord& record) override;

  io::World& world_;
  std::unique_ptr<io::Listener> listener_;  // null once it drains
  TcpProxyOptions options_;
  std::size_t without_descriptor_ = 0;
  TcpSessionContext context_;
  SessionObserver& observer_;
  TcpProxyCounters counters_;
  bool draining_ = false;
  task::Event drain_event_;
  task::TaskGroup sessions_;  // last: cancelled before what sessions use goes
};

}  // namespace weir::proxy
