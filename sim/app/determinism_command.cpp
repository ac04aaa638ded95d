#include "sim/app/determinism_command.hpp"

#include <optional>

#include <fmt/format.h>

#include "base/print.hpp"
#include "sim/app/hash_table.hpp"
#include "sim/app/run_command.hpp"
#include "sim/scenario/divergence.hpp"
#include "sim/scenario/simulation.hpp"

namespace weir::sim::app {
namespace {

std::string replay(const std::string& scenario, std::uint64_t seed) {
  RunCommand command;
  command.scenario = scenario;
  return replay_of(command, seed);
}

// False, with the story printed, when the two runs of a seed differ.
bool run_twice(const scenario::Scenario& scenario, const std::string& called, std::uint64_t seed,
               std::uint64_t& hash) {
  check::Verdict first;
  const auto run_once = [&](Trace::Sink* sink) {
    scenario::RunOptions options;
    options.seed = seed;
    options.sink = sink;
    return scenario::run(scenario, options);
  };
  const auto divergence = scenario::find_divergence(run_once, first);
  hash = first.hash;
  if (!divergence) return true;
  print_text(stdout, fmt::format("{}: seed {} gave two different runs; {}\nreplay:  {}\n",
                                 scenario.name, seed, divergence->story, replay(called, seed)));
  return false;
}

bool agrees(const HashTable& other, const DeterminismCommand& command, const std::string& name,
            const std::string& called, std::uint64_t seed, std::uint64_t hash) {
  const std::optional<std::uint64_t> theirs = other.find({name, seed});
  if (!theirs) {
    throw UsageError(
        fmt::format("{}: has no hash of {} with seed {}; write it with the same "
                    "scenarios and seeds",
                    command.compare_to, name, seed));
  }
  if (*theirs == hash) return true;
  print_text(
      stdout,
      fmt::format(
          "{}: seed {} differs: {} here, {} in {}\n"
          "replay:  {} --events events.jsonl   (with both builds; the first line that differs "
          "is the first event that does)\n",
          name, seed, text_of_hash(hash), text_of_hash(*theirs), command.compare_to,
          replay(called, seed)));
  return false;
}

}  // namespace

int determinism_command(const Library& library, const DeterminismCommand& command) {
  HashTable ours;
  std::optional<HashTable> theirs;
  if (!command.compare_to.empty()) theirs = HashTable::read(command.compare_to);
  const auto& called = command.scenarios.empty() ? library.names() : command.scenarios;
  for (const std::string& name : called) {
    const scenario::Scenario scenario = library.load(name, {});
    std::uint64_t combined = 0;
    for (std::uint64_t seed = command.seed; seed < command.seed + command.seeds; ++seed) {
      std::uint64_t hash = 0;
      if (command.once) {
        scenario::RunOptions options;
        options.seed = seed;
        hash = scenario::run(scenario, options).hash;
      } else if (!run_twice(scenario, name, seed, hash)) {
        return 1;
      }
      ours.set({scenario.name, seed}, hash);
      combined = mix(combined, hash);
      if (theirs && !agrees(*theirs, command, scenario.name, name, seed, hash)) return 1;
    }
    print_text(stdout, fmt::format("{}: {} seeds from {}, {}{}; combined hash {}\n", scenario.name,
                                   command.seeds, command.seed,
                                   command.once ? "run once" : "each twice the same",
                                   theirs ? ", the same as in " + command.compare_to : "",
                                   text_of_hash(combined)));
    std::fflush(stdout);
  }
  if (!command.write_to.empty()) ours.write(command.write_to);
  return 0;
}

}  // namespace weir::sim::app
