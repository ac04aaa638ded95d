#include "sim/app/run_command.hpp"

#include <chrono>
#include <memory>

#include <fmt/format.h>

#include "base/print.hpp"
#include "sim/app/events_file.hpp"
#include "sim/check/oracle.hpp"
#include "sim/scenario/simulation.hpp"

namespace weir::sim::app {
namespace {

using check::Verdict;

class Stopwatch {
 public:
  double seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - started_).count();
  }

 private:
  std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
};

std::string quoted(const std::string& word) {
  const bool plain = !word.empty() && word.find_first_not_of(
                                          "abcdefghijklmnopqrstuvwxyz"
                                          "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                          "0123456789-_./=:,%+@") == std::string::npos;
  if (plain) return word;
  std::string text = "'";
  for (const char c : word) text += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return text + "'";
}

double virtual_seconds(const Verdict& verdict) {
  return std::chrono::duration<double>(verdict.virtual_time).count();
}

void print_oracles(const Verdict& verdict) {
  for (const check::OracleReport& oracle : verdict.oracles) {
    print_text(stdout, fmt::format("  {:<20} {}\n", oracle.name, oracle.text));
  }
}

void print_counters(const check::Counters& counters) {
  print_text(stdout, "counted:\n");
  for (std::size_t i = 0; i < check::kCounters; ++i) {
    const auto counter = static_cast<check::Counter>(i);
    if (counters[counter] == 0) continue;
    const check::CounterName& name = check::name_of(counter);
    print_text(stdout, fmt::format("  {:<27} {}\n", name.name,
                                   check::text_of(name.unit, counters[counter])));
  }
}

void print_end(const RunCommand& command, const Verdict& verdict) {
  if (verdict.passed) {
    print_text(stdout, "verdict: passed\n");
    return;
  }
  print_text(stdout,
             fmt::format("verdict: FAILED\nreplay:  {}\n", replay_of(command, verdict.seed)));
}

int run_one(const scenario::Scenario& scenario, const RunCommand& command) {
  std::unique_ptr<EventsFile> events;
  if (!command.events.empty()) events = std::make_unique<EventsFile>(command.events);
  scenario::RunOptions options;
  options.seed = command.seed;
  options.sink = events.get();
  const Stopwatch stopwatch;
  const Verdict verdict = scenario::run(scenario, options);
  const double seconds = stopwatch.seconds();
  if (events != nullptr) events->keep();
  print_text(stdout, fmt::format("scenario {}: {}\n", scenario.name, scenario.story));
  print_text(stdout, fmt::format("seed {}\nhash {}\n", verdict.seed, text_of_hash(verdict.hash)));
  print_text(stdout, fmt::format("virtual time {}, {} events (trace: {})\n",
                                 check::text_of(TimePoint(verdict.virtual_time)),
                                 check::text_of_count(verdict.events),
                                 check::text_of_count(verdict.trace_events)));
  print_text(stdout, fmt::format("speed {:.0f} virtual seconds a second, {:.0f} events/s\n",
                                 virtual_seconds(verdict) / seconds,
                                 static_cast<double>(verdict.events) / seconds));
  print_counters(verdict.counters);
  print_text(stdout, "oracles:\n");
  print_oracles(verdict);
  print_end(command, verdict);
  return verdict.passed ? 0 : 1;
}

int run_many(const scenario::Scenario& scenario, const RunCommand& command) {
  const Stopwatch stopwatch;
  std::uint64_t combined = 0;
  double virtual_time = 0;
  for (std::uint64_t i = 0; i < command.seeds; ++i) {
    scenario::RunOptions options;
    options.seed = command.seed + i;
    const Verdict verdict = scenario::run(scenario, options);
    combined = mix(combined, verdict.hash);
    virtual_time += virtual_seconds(verdict);
    if (verdict.passed) continue;
    print_text(stdout, fmt::format("scenario {}: seed {} failed after {} that passed\n",
                                   scenario.name, verdict.seed, i));
    print_oracles(verdict);
    print_end(command, verdict);
    return 1;
  }
  print_text(
      stdout,
      fmt::format(
          "{}: {} seeds from {} passed, combined hash {}, {:.0f} virtual seconds in {:.2f} s\n",
          scenario.name, command.seeds, command.seed, text_of_hash(combined), virtual_time,
          stopwatch.seconds()));
  return 0;
}

}  // namespace

int run_command(const Library& library, const RunCommand& command) {
  if (command.seeds > 1 && !command.events.empty()) {
    throw UsageError("--events is for one run; leave out --seeds");
  }
  const scenario::Scenario scenario = library.load(command.scenario, command.overrides);
  return command.seeds == 0 ? run_one(scenario, command) : run_many(scenario, command);
}

std::string replay_of(const RunCommand& command, std::uint64_t seed) {
  std::string text = fmt::format("weir-sim run {} --seed {}", quoted(command.scenario), seed);
  if (!command.directory.empty()) text += " --scenarios " + quoted(command.directory);
  for (const std::string& assignment : command.overrides) text += " --set " + quoted(assignment);
  return text;
}

std::string text_of_hash(std::uint64_t hash) { return fmt::format("{:016x}", hash); }

}  // namespace weir::sim::app
