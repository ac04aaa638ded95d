#pragma once
// run_command: `weir-sim run`: one run of a scenario in full, or many seeds in a row until one
// fails. Returns the exit status: 0 passed, 1 failed.
//
//   return run_command(library, options);
//
// Prints the verdict to standard output. Throws UsageError and Failure.

#include <cstdint>
#include <string>
#include <vector>

#include "sim/app/library.hpp"

namespace weir::sim::app {

struct RunCommand {
  std::string scenario;
  std::uint64_t seed = 1;
  std::uint64_t seeds = 0;  // 0: one run, in full
  std::vector<std::string> overrides;
  std::string events;     // a file; empty: none
  std::string directory;  // as given; for the replay command
};

int run_command(const Library& library, const RunCommand& command);

// "weir-sim run half-close --seed 7 --set proxy.workers=2"
std::string replay_of(const RunCommand& command, std::uint64_t seed);

std::string text_of_hash(std::uint64_t hash);  // 16 hexadecimal digits

}  // namespace weir::sim::app
