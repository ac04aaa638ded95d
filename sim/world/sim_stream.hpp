#pragma once
// SimStream: the io::Stream of a program in the simulator: one end of a Connection.
//
// It may outlive its connection (it was aborted, its host lost power, its process was killed): it
// then says `reset` to everything. io/stream.hpp is the contract; Connection does the work.

#include "io/stream.hpp"

namespace weir::sim::internal {

class Connection;
class Sockets;

class SimStream final : public io::Stream, public ListHook {
 public:
  // Takes over a descriptor of the end's host.
  SimStream(Connection& connection, unsigned side);
  ~SimStream() override { close(); }

  io::IoResult try_read(MutableBytes into) override;
  io::IoResult try_write(std::span<const ConstBytes> pieces) override;
  task::Event& readable() override;
  task::Event& writable() override;
  task::Event& broken() override;
  std::size_t unacknowledged() const override;
  void shutdown_write() override;
  void abort() override;
  Endpoint local() const override { return local_; }
  Endpoint peer() const override { return peer_; }

  // The kernel tells of a change; only who asked is woken.
  bool wants_to_write() const noexcept { return write_wanted_; }
  void became_readable() noexcept;
  void became_writable() noexcept;
  void failed() noexcept;

  // The program loses it: as a closed socket, or without a word. Idempotent.
  void close();
  void let_go() noexcept;

 private:
  Connection* connection_;  // null once it was lost
  const unsigned side_;
  bool read_wanted_ = false;
  bool write_wanted_ = false;
  bool broken_wanted_ = false;
  bool shut_down_ = false;
  task::Event readable_;
  task::Event writable_;
  task::Event broken_;
  const Endpoint local_;
  const Endpoint peer_;
};

}  // namespace weir::sim::internal
