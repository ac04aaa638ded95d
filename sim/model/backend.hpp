#pragma once
// Backend: a model server, a program of a simulated host. What it says is its protocol
// (model/message.hpp), how it behaves are its options: how long it thinks, how slowly it reads,
// whether it breaks off.
//
//   Backend backend(options, witness, seed, host.number(), host.at(9000));
//   host.start([&backend](io::World& world) { return serve(world, backend); });
//
// It checks every byte that it receives, and answers only bytes that can be checked. A Backend
// outlives its host's programs; a restart of the host runs serve() anew.

#include <cstdint>

#include "io/world.hpp"
#include "sim/model/channel.hpp"
#include "sim/model/law.hpp"
#include "task/task.hpp"

namespace weir::sim::model {

struct BackendOptions {
  Protocol protocol = Protocol::echo;
  bool listens = true;  // false: the host is up, but connects are refused
  int backlog = 4096;
  Law service;                               // between having a request and beginning its answer
  bool answers_after_end = false;            // echo: sends nothing before the client's end
  Sizes source_bytes{64 * 1024, 64 * 1024};  // source: the body
  Manners manners;
};

struct Backend {
  Backend(const BackendOptions& chosen, Witness& told, std::uint64_t run_seed,
          std::uint32_t host_number, Endpoint address) noexcept
      : options(chosen), witness(told), seed(run_seed), host(host_number), listen_at(address) {}

  const BackendOptions options;
  Witness& witness;
  const std::uint64_t seed;
  const std::uint32_t host;
  const Endpoint listen_at;
  std::uint64_t accepted = 0;  // counts on through restarts: it keys the random draws
};

// Serves until it is cancelled. Both references outlive the Task.
task::Task<> serve(io::World& world, Backend& backend);

}  // namespace weir::sim::model
