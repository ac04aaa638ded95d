#pragma once
// Client: a model of many users behind one simulated host. It makes connections as its load says,
// speaks its backends' protocol on each, checks every byte that comes back and tells the Witness
// how each exchange ended.
//
//   Client client(options, witness, seed, host.number(), proxy.at(8080));
//   host.start([&client](io::World& world) { return run_client(world, client); });
//
// Every exchange ends: patience is its deadline. A Client outlives its host's programs; when the
// host restarts, it goes on with the connections that it has not begun.

#include <cstdint>

#include "io/world.hpp"
#include "sim/model/channel.hpp"
#include "sim/model/law.hpp"
#include "task/task.hpp"

namespace weir::sim::model {

enum class Load : std::uint8_t {
  at_once,  // all connections begin at `start`
  open,     // one begins after another, `every` apart, however slow the answers are
  closed,   // `users` each make one after another, and think between them
};

struct ClientOptions {
  Protocol protocol = Protocol::echo;  // its backends'
  Load load = Load::at_once;
  std::uint64_t connections = 1;  // in all
  std::uint64_t users = 1;        // closed load
  Law every;                      // open load
  Duration start{0};
  std::uint32_t requests = 1;     // a connection; protocol answer only
  Law think;                      // before each request but the first of a connection
  Sizes request_bytes{100, 100};  // of a body
  Sizes answer_bytes{100, 100};   // protocol answer only
  bool half_close = false;        // ends its side after its last request, before the answer
  Duration hold{0};               // keeps the connection open after the last answer
  Duration patience = std::chrono::minutes(1);  // for each exchange; the first one connects too
  Manners manners;
};

struct Client {
  Client(const ClientOptions& chosen, Witness& told, std::uint64_t run_seed,
         std::uint32_t host_number, Endpoint proxy) noexcept
      : options(chosen), witness(told), seed(run_seed), host(host_number), to(proxy) {}

  const ClientOptions options;
  Witness& witness;
  const std::uint64_t seed;
  const std::uint32_t host;
  const Endpoint to;
  std::uint64_t begun = 0;  // connections; counts on through restarts
  bool done = false;        // all of them have ended
  bool retired = false;     // begins none, should its host restart
};

// Ends when all connections have. Both references outlive the Task.
task::Task<> run_client(io::World& world, Client& client);

}  // namespace weir::sim::model
