#pragma once
// bounds_of: what a scenario's own numbers allow: its timeouts, the bytes that fit between a client
// and its backend, and by how much the network may delay what an oracle expects.
//
//   const check::Bounds bounds = bounds_of(scenario);
//
// Faults come on top: the time for which something was disturbed is known only when it is over.

#include "sim/check/facts.hpp"
#include "sim/scenario/scenario.hpp"

namespace weir::sim::scenario {

check::Bounds bounds_of(const Scenario& scenario);

// From when on new exchanges must complete; nothing when the scenario leaves something broken.
std::optional<TimePoint> liveness_from(const Scenario& scenario);

}  // namespace weir::sim::scenario
