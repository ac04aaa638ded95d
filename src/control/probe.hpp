#pragma once
// probe: asks a backend once whether it is well: a connection that opens, or a GET that is answered
// as wanted, on a connection of its own that is closed whatever comes of it.
//
//   const ProbeOutcome outcome = co_await probe(world, options, backend, deadline);
//   if (outcome.result != lb::ProbeResult::passed) log(outcome.reason);
//
// - It ends by the deadline, in whatever state the backend is.
// - The answer is held to the rules for all answers (src/http): what no client would be given is
//   no sign of health. Of its body no more is read than it takes to find `body`, and at most
//   body_bytes_max.
// - Where no file descriptor is left it waits for one: that says nothing of the backend.
// - It does not say what follows from it: that is lb::HealthMachine.

#include <cstdint>
#include <string>

#include "base/endpoint.hpp"
#include "io/world.hpp"
#include "lb/health_machine.hpp"
#include "task/task.hpp"

namespace weir::control {

struct StatusRange {
  std::uint16_t first = 200;
  std::uint16_t last = 299;

  bool has(std::uint16_t status) const noexcept { return first <= status && status <= last; }
  friend bool operator==(const StatusRange&, const StatusRange&) = default;
};

struct ProbeOptions {
  enum class Type : std::uint8_t { tcp, http };

  Type type = Type::tcp;
  // HTTP.
  std::string path = "/";
  std::string host;  // "": the backend's address
  StatusRange status;
  std::string body;                        // what the answer's body must contain; "": anything
  std::size_t body_bytes_max = 64 * 1024;  // that are looked through for it
};

struct ProbeOutcome {
  lb::ProbeResult result = lb::ProbeResult::passed;
  std::string reason;  // for a person, of a failure: "its status was 503, not 200-299"
};

// World and options outlive the Task.
task::Task<ProbeOutcome> probe(io::World& world, const ProbeOptions& options, Endpoint backend,
                               TimePoint deadline);

}  // namespace weir::control
