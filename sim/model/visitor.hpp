#pragma once
// Visitor: many users behind one simulated host, whose visits begin as their load says. What a
// visit is, a connection with what is said on it, the derived class says (Client, HttpClient).
//
//   host.start([&client](io::World& world) { return run_client(world, client); });
//
// A Visitor outlives its host's programs; when the host restarts, it goes on with the visits that
// it has not begun.

#include <cstdint>

#include "io/world.hpp"
#include "sim/model/law.hpp"
#include "sim/model/witness.hpp"
#include "task/task.hpp"

namespace weir::sim::model {

enum class Load : std::uint8_t {
  at_once,  // all connections begin at `start`
  open,     // one begins after another, `every` apart, however slow the answers are
  closed,   // `users` each make one after another, and think between them
};

struct LoadOptions {
  Load load = Load::at_once;
  std::uint64_t connections = 1;  // in all: visits
  std::uint64_t users = 1;        // closed load
  Law every;                      // open load
  Duration start{0};
  Law think;  // closed load: between two visits; and before each request but the first of a visit
};

class Visitor {
 public:
  Visitor(const LoadOptions& chosen, Witness& told, std::uint64_t run_seed,
          std::uint32_t host_number, Endpoint proxy) noexcept
      : load(chosen), witness(told), seed(run_seed), host(host_number), to(proxy) {}
  virtual ~Visitor() = default;
  Visitor(const Visitor&) = delete;
  Visitor& operator=(const Visitor&) = delete;

  // The Visitor and the World outlive the Task.
  virtual task::Task<> visit(io::World& world) = 0;

  const LoadOptions load;
  Witness& witness;
  const std::uint64_t seed;
  const std::uint32_t host;
  const Endpoint to;
  std::uint64_t begun = 0;  // visits; counts on through restarts
  bool done = false;        // all of them have ended
  bool retired = false;     // begins none, should its host restart
};

// Ends when all visits have. Both references outlive the Task.
task::Task<> run_client(io::World& world, Visitor& visitor);

// How an exchange ended whose connect failed.
Outcome outcome_of(ErrorCode code, bool deadline_passed) noexcept;

}  // namespace weir::sim::model
