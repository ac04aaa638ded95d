#include "sim/app/bench_command.hpp"

#include <chrono>

#include <fmt/format.h>

#include "base/print.hpp"
#include "sim/app/library.hpp"
#include "sim/scenario/load.hpp"
#include "sim/scenario/simulation.hpp"
#include "sim/world/kernel.hpp"
#include "task/task_group.hpp"

namespace weir::sim::app {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

double seconds_of(std::chrono::steady_clock::duration time) {
  return std::chrono::duration<double>(time).count();
}

// The references outlive the Task.
task::Task<> sleeper(Kernel& kernel, task::RunQueue& run_queue, std::uint64_t number) {
  Random random = kernel.random("sleeper", number);
  for (;;) {
    const Duration pause = random.between(Duration(1), Duration(milliseconds(1)));
    const TimePoint until = after(kernel.now(), pause);
    co_await task::sleep_until(run_queue, kernel.timers(), until);
    kernel.record(EventKind::note, number, 0);
  }
}

int bench_kernel() {
  constexpr std::uint64_t kSleepers = 1000;
  Kernel kernel(1);
  task::RunQueue run_queue(kernel);
  {
    task::TaskGroup sleepers(run_queue);
    for (std::uint64_t i = 0; i < kSleepers; ++i) sleepers.spawn(sleeper(kernel, run_queue, i));
    const auto started = std::chrono::steady_clock::now();
    kernel.run_until(after(TimePoint(), seconds(2)));
    const double took = seconds_of(std::chrono::steady_clock::now() - started);
    const auto events = static_cast<double>(kernel.events());
    const auto traced = static_cast<double>(kernel.trace().events());
    print_text(stdout, fmt::format("events_per_second {:.0f} events/s\n", events / took));
    print_text(stdout, fmt::format("timers_per_second {:.0f} timers/s\n",
                                   static_cast<double>(kernel.timers().fired()) / took));
    print_text(stdout, fmt::format("traced_per_second {:.0f} events/s\n", traced / took));
  }
  kernel.forget(run_queue);
  return 0;
}

// Ten backends and 100 requests a second through the proxy, which is in `mode`.
int bench_scenario(std::string_view mode, std::string_view backend_kind) {
  const std::string text = fmt::format(R"(
story = "bench of mode {}"
time_max = "3000s"
[proxy]
mode = "{}"
[[backend]]
name = "b"
count = 10
kind = "{}"
service = {{ mean = "5ms" }}
[[client]]
name = "c"
connections = 50
requests = 2000
think = {{ mean = "494ms" }}
answer_bytes = "1KiB"
)",
                                       mode, mode, backend_kind);
  const auto bench = scenario::load(text, "bench", {});
  if (!bench) throw Failure(config::text_of(bench.error().front()));
  const auto started = std::chrono::steady_clock::now();
  const check::Verdict verdict = scenario::run(*bench, scenario::RunOptions());
  const double took = seconds_of(std::chrono::steady_clock::now() - started);
  for (const check::OracleReport& oracle : verdict.oracles) {
    if (!oracle.holds)
      throw Failure(fmt::format("{}: {}: {}", bench->story, oracle.name, oracle.text));
  }
  const Duration busy(verdict.counters[check::Counter::clients_done]);
  const auto requests = static_cast<double>(verdict.counters[check::Counter::complete]);
  const double simulated = std::chrono::duration<double>(busy).count();
  print_text(stdout, fmt::format("simulated_seconds_per_second {:.1f} s/s\n", simulated / took));
  print_text(stdout, fmt::format("requests_per_second {:.0f} requests/s\n", requests / took));
  print_text(stdout, fmt::format("events_per_second {:.0f} events/s\n",
                                 static_cast<double>(verdict.events) / took));
  print_text(stdout, fmt::format("requests_per_simulated_second {:.1f} requests/s\n",
                                 requests / simulated));
  return 0;
}

}  // namespace

int bench_command(const std::string& part) {
  if (part == "kernel") return bench_kernel();
  return part == "http" ? bench_scenario("http", "http") : bench_scenario("tcp", "answer");
}

}  // namespace weir::sim::app
