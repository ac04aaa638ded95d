#pragma once
// Client: a model of many users behind one simulated host. It makes connections as its load says,
// speaks its backends' protocol on each, checks every byte that comes back and tells the Witness
// how each exchange ended.
//
//   Client client(options, witness, seed, host.number(), proxy.at(8080));
//   host.start([&client](io::World& world) { return run_client(world, client); });   // visitor.hpp
//
// Every exchange ends: patience is its deadline.

#include <cstdint>

#include "io/world.hpp"
#include "sim/model/channel.hpp"
#include "sim/model/law.hpp"
#include "sim/model/visitor.hpp"
#include "task/task.hpp"

namespace weir::sim::model {

struct ClientOptions : LoadOptions {
  Protocol protocol = Protocol::echo;  // its backends'
  std::uint32_t requests = 1;          // a connection; protocol answer only
  Sizes request_bytes{100, 100};       // of a body
  Sizes answer_bytes{100, 100};        // protocol answer only
  bool half_close = false;             // ends its side after its last request, before the answer
  Duration hold{0};                    // keeps the connection open after the last answer
  Duration patience = std::chrono::minutes(1);  // for each exchange; the first one connects too
  Manners manners;
};

class Client final : public Visitor {
 public:
  Client(const ClientOptions& chosen, Witness& told, std::uint64_t run_seed,
         std::uint32_t host_number, Endpoint proxy) noexcept
      : Visitor(chosen, told, run_seed, host_number, proxy), options(chosen) {}

  task::Task<> visit(io::World& world) override;

  const ClientOptions options;
};

}  // namespace weir::sim::model
