#pragma once
// determinism_command: `weir-sim check-determinism`: runs each scenario twice with each seed and
// compares; writes the hashes to a file, or compares them with the file of another build. Returns
// the exit status.
//
//   return determinism_command(library, command);
//
// A run that fails its oracles is no matter here; only that it fails the same way twice.

#include <cstdint>
#include <string>
#include <vector>

#include "sim/app/library.hpp"

namespace weir::sim::app {

struct DeterminismCommand {
  std::vector<std::string> scenarios;  // none: all of the library
  std::uint64_t seed = 1;
  std::uint64_t seeds = 10;
  bool once = false;     // one run each: only for comparing with another build
  std::string write_to;  // files; empty: none
  std::string compare_to;
};

int determinism_command(const Library& library, const DeterminismCommand& command);

}  // namespace weir::sim::app
