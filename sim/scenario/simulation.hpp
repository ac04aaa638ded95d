#pragma once
// run: one run of a scenario with one seed, from an empty world to an empty world, and its verdict.
//
//   const check::Verdict verdict = run(scenario, {.seed = 7});
//
// The phases: the plan (until all clients are done and all faults are over, at most time_max); the
// healing of what is still broken; the time that sessions have to end by themselves; a drain of the
// proxy; the end of all other programs; the end of the world. Each gives the oracles something to
// check. The same scenario and seed give the same verdict, hash included, everywhere.

#include <cstdint>

#include "sim/check/verdict.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/world/trace.hpp"

namespace weir::sim::scenario {

struct RunOptions {
  std::uint64_t seed = 1;
  Trace::Sink* sink = nullptr;  // told of every event of the trace
};

check::Verdict run(const Scenario& scenario, const RunOptions& options);

}  // namespace weir::sim::scenario
