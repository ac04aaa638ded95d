#pragma once
// RealBench: the Bench on this machine's loopback; client and server are one AsioWorld.

#include <memory>
#include <vector>

#include <sys/resource.h>

#include "real/asio_world.hpp"
#include "transport/bench.hpp"

namespace weir::transport {

class RealBench final : public Bench {
 public:
  RealBench();
  ~RealBench() override;

  io::World& client() override { return world_.world(); }
  io::World& server() override { return world_.world(); }
  Endpoint server_address() const override;
  Endpoint foreign_address() const override;
  Endpoint refusing_address() override;
  // A listener whose backlog is full: Linux drops the SYN.
  task::Task<Endpoint> silent_address() override;

  void limit_client_files(std::size_t more) override { limit_files(more); }
  void limit_server_files(std::size_t more) override { limit_files(more); }
  void lift_limits() override;
  std::size_t open_files() const override;

  bool run(task::Task<> script) override;
  std::size_t connections_left() override { return 0; }  // the kernel's affair

 private:
  void limit_files(std::size_t more);

  NoLog no_log_;
  real::AsioWorld world_;
  rlimit usual_limit_{};
  std::vector<int> bound_;  // sockets that have a port and do not listen
  std::unique_ptr<io::Listener> full_;
  std::unique_ptr<io::Stream> filler_;
};

// Whether this machine has the loopback address ::1.
bool has_ipv6_loopback();

}  // namespace weir::transport
