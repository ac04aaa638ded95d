#pragma once
// SimBench: the Bench on the simulated network: hosts "client" and "server" 100 us apart, and one
// without power that answers nothing.

#include "sim/world/kernel.hpp"
#include "sim/world/network.hpp"
#include "transport/bench.hpp"

namespace weir::transport {

class SimBench final : public Bench {
 public:
  SimBench();

  io::World& client() override { return client_.world(); }
  io::World& server() override { return server_.world(); }
  Endpoint server_address() const override { return server_.at(0); }
  Endpoint foreign_address() const override { return client_.at(0); }
  Endpoint refusing_address() override { return server_.at(9); }
  task::Task<Endpoint> silent_address() override;

  void limit_client_files(std::size_t more) override;
  void limit_server_files(std::size_t more) override;
  void lift_limits() override;
  std::size_t open_files() const override;

  bool run(task::Task<> script) override;
  std::size_t connections_left() override;

 private:
  sim::Kernel kernel_;
  sim::Network network_;
  sim::Host& client_;
  sim::Host& server_;
  sim::Host& dark_;
};

}  // namespace weir::transport
