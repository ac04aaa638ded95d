// weir-sim: runs the real proxy in a simulated network.
//
//   weir-sim run half-close --seed 7

#include <cstdio>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "base/print.hpp"
#include "sim/app/bench_command.hpp"
#include "sim/app/determinism_command.hpp"
#include "sim/app/run_command.hpp"

namespace weir::sim::app {
namespace {

constexpr int kUsageError = 2;

struct Commands {
  std::string directory;
  RunCommand run;
  DeterminismCommand determinism;
  std::string bench_part;
};

void add_scenarios_option(CLI::App& command, Commands& commands) {
  command
      .add_option("--scenarios", commands.directory,
                  "Directory of the scenarios (default: " + default_directory() + ")")
      ->type_name("DIR");
}

CLI::App& add_run(CLI::App& app, Commands& commands) {
  CLI::App& run = *app.add_subcommand("run", "Run a scenario and say what its oracles said");
  run.add_option("scenario", commands.run.scenario, "A name of `weir-sim list`, or a path (*.toml)")
      ->required()
      ->type_name("SCENARIO");
  run.add_option("--seed", commands.run.seed, "Seed of the run, or of the first (default 1)")
      ->type_name("N");
  run.add_option("--seeds", commands.run.seeds, "Run so many seeds in a row, until one fails")
      ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{1'000'000'000}))
      ->type_name("N");
  run.add_option("--set", commands.run.overrides,
                 "Change a key of the scenario, such as proxy.idle_timeout=5s; may be repeated")
      ->type_name("KEY=VALUE")
      ->allow_extra_args(false);
  run.add_option("--events", commands.run.events, "Write every event of the trace, as JSON lines")
      ->type_name("FILE");
  add_scenarios_option(run, commands);
  run.footer(
      "Example: weir-sim run half-close --seed 7 --set proxy.workers=2\n"
      "Exit status: 0 passed, 1 failed, 2 wrong usage or scenario.");
  return run;
}

CLI::App& add_determinism(CLI::App& app, Commands& commands) {
  CLI::App& check = *app.add_subcommand("check-determinism",
                                        "Run scenarios twice, and find the first difference");
  check.add_option("scenario", commands.determinism.scenarios, "Which (default: all)")
      ->type_name("SCENARIO");
  check.add_option("--seed", commands.determinism.seed, "The first seed (default 1)")
      ->type_name("N");
  check.add_option("--seeds", commands.determinism.seeds, "How many seeds (default 10)")
      ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{1'000'000'000}))
      ->type_name("N");
  check.add_option("--write", commands.determinism.write_to, "Write the hashes of all runs")
      ->type_name("FILE");
  check
      .add_option("--compare", commands.determinism.compare_to,
                  "Compare with the hashes that another build wrote")
      ->type_name("FILE");
  check.add_flag("--once", commands.determinism.once,
                 "Run each seed once: only to --write or --compare");
  add_scenarios_option(check, commands);
  check.footer(
      "Example: build/dev/bin/weir-sim check-determinism --seeds 100 --write h.txt &&\n"
      "         build/release/bin/weir-sim check-determinism --seeds 100 --compare h.txt\n"
      "Exit status: 0 the same, 1 a difference, 2 wrong usage or scenario.");
  return check;
}

// A scenario that cannot be loaded is listed, too, with the reason on standard error.
int list_command(const Library& library) {
  int status = 0;
  for (const std::string& name : library.names()) {
    try {
      const scenario::Scenario scenario = library.load(name, {});
      print_text(stdout, fmt::format("{:<24} {}\n", name, scenario.story));
    } catch (const UsageError& error) {
      print_text(stdout, fmt::format("{:<24} (cannot be loaded)\n", name));
      print_text(stderr, fmt::format("{}\n", error.what()));
      status = kUsageError;
    }
  }
  return status;
}

int dispatch(const CLI::App& app, Commands& commands) {
  if (app.got_subcommand("bench")) return bench_command(commands.bench_part);
  const Library library(commands.directory);
  if (app.got_subcommand("list")) return list_command(library);
  if (app.got_subcommand("check-determinism")) {
    return determinism_command(library, commands.determinism);
  }
  commands.run.directory = commands.directory;
  return run_command(library, commands.run);
}

int main(int argc, char** argv) {
  Commands commands;
  CLI::App app("weir-sim: the real proxy in a simulated network, replayable from a seed",
               "weir-sim");
  app.require_subcommand(0, 1);  // not 1: a misspelt command is to be named as such
  app.set_version_flag("--version", "weir-sim 0.1.0");
  app.failure_message([](const CLI::App* failed, const CLI::Error& error) {
    return fmt::format(
        "weir-sim: {}\nRun `{} --help` for the options.\n", error.what(),
        failed->get_parent() == nullptr ? "weir-sim" : "weir-sim " + failed->get_name());
  });
  app.footer("Example: weir-sim run half-close --seed 7");
  CLI::App& list = *app.add_subcommand("list", "List the scenarios");
  add_scenarios_option(list, commands);
  list.footer("Example: weir-sim list --scenarios my/scenarios");
  add_run(app, commands);
  add_determinism(app, commands);
  CLI::App& bench = *app.add_subcommand("bench", "Measure how fast the simulator is");
  bench.add_option("part", commands.bench_part, "kernel, proxy (TCP) or http")
      ->required()
      ->check(CLI::IsMember({"kernel", "proxy", "http"}))
      ->type_name("PART");
  bench.footer("Example: weir-sim bench proxy\nPrints lines of `name value unit`.");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : kUsageError;
  }
  if (app.get_subcommands().empty()) {
    print_text(stderr,
               "weir-sim: a command is missing: list, run, check-determinism or bench\n"
               "Run `weir-sim --help` for the commands.\n");
    return kUsageError;
  }
  try {
    const int status = dispatch(app, commands);
    const bool all_written = std::fflush(stdout) == 0 && std::ferror(stdout) == 0;
    if (!all_written) throw Failure("standard output cannot be written");
    return status;
  } catch (const UsageError& error) {
    print_text(stderr, fmt::format("{}\n", error.what()));
    return kUsageError;
  } catch (const Failure& error) {
    print_text(stderr, fmt::format("weir-sim: {}\n", error.what()));
    return 1;
  }
}

}  // namespace
}  // namespace weir::sim::app

int main(int argc, char** argv) { return weir::sim::app::main(argc, argv); }
