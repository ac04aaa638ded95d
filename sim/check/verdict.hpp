#pragma once
// Verdict: what a run came to: everything that `weir-sim run` prints, and that two runs are
// compared by (the hash, and the checkpoints where it differs).
//
//   const check::Verdict verdict = scenario::run(scenario, options);
//
// Plain data; `passed` is exactly that all oracles hold.

#include <cstdint>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "sim/check/counters.hpp"

namespace weir::sim::check {

struct OracleReport {
  std::string name;
  bool holds = false;
  std::string text;  // "holds: ..." or "VIOLATED at ...: ..."
};

struct Verdict {
  bool passed = false;
  std::uint64_t seed = 0;
  std::uint64_t hash = 0;          // of the trace
  std::uint64_t trace_events = 0;  // that the hash is over
  std::uint64_t events = 0;        // steps and timers of the kernel: the work done
  Duration virtual_time{0};
  std::vector<OracleReport> oracles;
  Counters counters;
  std::vector<std::uint64_t> checkpoints;
};

}  // namespace weir::sim::check
