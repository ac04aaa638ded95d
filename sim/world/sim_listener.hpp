#pragma once
// SimListener: the io::Listener of a program in the simulator, with the backlog that its kernel
// keeps for it: connections half open and connections that wait to be accepted.
//
// Like Linux it takes one connection more than the backlog says. Half-open connections count, so
// that one whose handshake ends always finds its place.

#include "io/listener.hpp"
#include "sim/world/end.hpp"

namespace weir::sim::internal {

class SimListener final : public io::Listener {
 public:
  // Takes over a descriptor of `host`. `at` has its port.
  SimListener(Sockets& host, const Endpoint& at, std::size_t backlog, bool shares_port);
  ~SimListener() override { close(); }

  io::AcceptResult try_accept() override;
  task::Event& acceptable() override;
  Endpoint local() const override { return at_; }

  // For the handshake.
  bool shares_port() const noexcept { return shares_port_; }
  bool is_full() const noexcept { return waiting_ > backlog_; }
  void expect(End& half_open) noexcept;
  void established(End& end) noexcept;
  void drop(End& half_open) noexcept;  // it will never be established

  // The program loses it: what waits is reset, or (no power) nothing is said. Idempotent.
  void close();
  void let_go() noexcept;

 private:
  void leave(End& end) noexcept;

  Sockets* host_;  // null once it was lost
  const Endpoint at_;
  const std::size_t backlog_;
  const bool shares_port_;
  bool wanted_ = false;
  std::size_t waiting_ = 0;  // in both lists
  IntrusiveList<End::Waiting> half_open_;
  IntrusiveList<End::Waiting> queue_;
  task::Event acceptable_;
};

}  // namespace weir::sim::internal
