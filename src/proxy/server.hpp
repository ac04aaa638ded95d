#pragma once
// Server: accepts connections on one listener, runs a session for each, and drains; what TcpProxy
// and HttpProxy have in common.
//
//   Server server(world, std::move(listener), options, *this);   // this is a SessionFactory
//   co_await server.run();      // until drain() was called and the sessions have ended
//
// - No more than connections_max sessions: it stops accepting, so that further clients wait in the
//   kernel's backlog or find another worker. Out of file descriptors it pauses, and so it does
//   while a session waits for one (WaitForDescriptor).
// - It accepts a few at a time, so that clients who come without end starve nobody.

#include <cstdint>
#include <memory>

#include "io/world.hpp"
#include "task/task_group.hpp"

namespace weir::proxy {

// How long accepting, or a session that needs a descriptor, pauses when none is left.
inline constexpr Duration kDescriptorPause = std::chrono::milliseconds(100);

class SessionFactory {
 public:
  // A session of the connection; the number counts from 1.
  virtual task::Task<> session(std::unique_ptr<io::Stream> client, std::uint64_t number) = 0;
  virtual void drain_begins() {}  // nothing more is accepted

 protected:
  ~SessionFactory() = default;
};

struct ServerOptions {
  std::size_t connections_max = 10'000;
  Duration drain_timeout = std::chrono::seconds(30);  // from drain() until sessions are reset
};

struct ServerCounters {
  std::uint64_t accepted = 0;
  std::uint64_t accept_pauses = 0;  // times that it backed off for lack of file descriptors
  std::size_t open_max = 0;         // the most sessions that were open at a time
};

class Server {
 public:
  // All references outlive it. While `without_descriptor` sessions wait for a descriptor, nobody is
  // accepted.
  Server(io::World& world, std::unique_ptr<io::Listener> listener, const ServerOptions& options,
         SessionFactory& factory, const std::size_t& without_descriptor);

  // Ends after drain(), when the last session has ended or drain_timeout has passed; what is open
  // then is reset. The server outlives the Task.
  task::Task<> run();

  void drain();  // stops accepting in the next turn; idempotent

  std::size_t open_sessions() const noexcept { return sessions_.size(); }
  const ServerCounters& counters() const noexcept { return counters_; }

 private:
  task::Task<> accept_for_ever();
  io::AcceptStatus accept_one();
  task::Task<> pause_accepting();
  void accept_rest();
  task::Task<> drain_asked();
  task::Task<> all_sessions_ended();
  task::Task<> drain_deadline();

  io::World& world_;
  std::unique_ptr<io::Listener> listener_;  // null once it drains
  const ServerOptions options_;
  SessionFactory& factory_;
  ServerCounters counters_;
  const std::size_t& without_descriptor_;
  bool draining_ = false;
  task::Event drain_event_;
  task::TaskGroup sessions_;  // last: cancelled before what sessions use goes
};

// Counts a session that waits for a descriptor, for as long as this lives; also when it is
// cancelled then.
class WaitForDescriptor {
 public:
  explicit WaitForDescriptor(std::size_t& waiting) noexcept : waiting_(waiting) { ++waiting_; }
  ~WaitForDescriptor() { --waiting_; }
  WaitForDescriptor(const WaitForDescriptor&) = delete;
  WaitForDescriptor& operator=(const WaitForDescriptor&) = delete;

 private:
  std::size_t& waiting_;
};

}  // namespace weir::proxy
