#include "app/service.hpp"

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <thread>
#include <utility>

#include <fmt/format.h>
#include <unistd.h>

#include "app/failure.hpp"
#include "base/print.hpp"
#include "real/open_files.hpp"
#include "real/pipe_pool.hpp"

namespace weir::app {
namespace {

constexpr std::size_t kOtherDescriptors = 64;  // the log, the C library, standard streams

std::string describe_listen_failure(const std::string& where, ErrorCode code) {
  std::string remedy = "check the address";
  if (code == ErrorCode::address_in_use) {
    remedy = "another process listens there: stop it, or choose another port (0 picks a free one)";
  } else if (code == ErrorCode::permission_denied) {
    remedy = "ports below 1024 need CAP_NET_BIND_SERVICE or root";
  } else if (code == ErrorCode::address_not_ours) {
    remedy = "use an address of this machine, 0.0.0.0 or [::]";
  }
  return fmt::format("{}: {}; {}", where, to_string(code), remedy);
}

void add(std::vector<NamedCounter>& total, const std::vector<NamedCounter>& counters) {
  if (total.empty()) {
    total = counters;
    return;
  }
  for (std::size_t i = 0; i < counters.size(); ++i) total[i].value += counters[i].value;
}

void print_counters(const std::string& of, const std::vector<NamedCounter>& counters) {
  std::string line = "summary " + of;
  for (const NamedCounter& counter : counters) {
    line += fmt::format(" {}={}", counter.name, counter.value);
  }
  print_text(stderr, line + "\n");
}

}  // namespace

int Service::run() {
  const std::string problem = start_workers();
  if (!problem.empty()) return fail(problem);
  for (const auto& worker : workers_) worker->go();
  for (const ServedListener& served : shared_.listeners) {
    print_text(stdout, fmt::format("listening {} {}\n", served.protocol, to_string(served.listen)));
  }
  std::fflush(stdout);
  wait_for_end();
  return report();
}

// The first worker claims the ports alone, so that a port which another process shares is noticed
// and not shared with it; they are opened anew when there are more workers.
std::string Service::start_workers() {
  shared_.share_ports = false;
  if (shared_.workers > 1) {
    Worker claim(0, shared_, [] {});
    const std::string problem = note(claim.listening());
    if (!problem.empty()) return problem;
  }
  shared_.share_ports = shared_.workers > 1;
  for (std::size_t i = 0; i < shared_.workers; ++i) {
    workers_.push_back(std::make_unique<Worker>(i, shared_, [this] { signals_.wake(); }));
    const std::string problem = note(workers_.back()->listening());
    if (!problem.empty()) return problem;
  }
  return {};
}

// Keeps the ports that were picked; says what is wrong, if anything.
std::string Service::note(const Listening& listening) {
  if (listening.error) {
    return describe_listen_failure(shared_.listeners[listening.failed].where, *listening.error);
  }
  for (std::size_t i = 0; i < listening.at.size(); ++i) {
    shared_.listeners[i].listen = listening.at[i];
  }
  return {};
}

void Service::wait_for_end() {
  while (signals_.wait() == 0) continue;
  // First, so that no worker is given a connection after its last accepts.
  for (real::ConnectionSpread& spread : shared_.spreads) spread.stop();
  for (const auto& worker : workers_) worker->drain();
  for (std::size_t ended = 0; ended < workers_.size();) {
    if (signals_.wait() != 0) ::_exit(kFailure);  // the second signal: at once
    ++ended;
  }
}

int Service::report() {
  std::vector<std::vector<NamedCounter>> totals(shared_.listeners.size());
  int status = 0;
  for (std::size_t i = 0; i < workers_.size(); ++i) {
    const WorkerReport report = workers_[i]->join();
    for (std::size_t k = 0; k < report.counters.size(); ++k) {
      print_counters(fmt::format("worker={}{}", i, name_of_listener(k)), report.counters[k]);
      add(totals[k], report.counters[k]);
    }
    if (!report.leaks.empty()) {
      status = fail(fmt::format("worker {} leaked {}: a bug, please report it", i, report.leaks));
    }
  }
  for (std::size_t k = 0; k < totals.size(); ++k) {
    print_counters("total" + name_of_listener(k), totals[k]);
  }
  return status;
}

// Only where there are several to be told apart.
std::string Service::name_of_listener(std::size_t listener) const {
  if (shared_.listeners.size() == 1) return {};
  return " listener=" + to_string(shared_.listeners[listener].listen);
}

Service::Service(ServiceOptions options, LogFile& log)
    : signals_({SIGTERM, SIGINT}),
      shared_{options.workers, std::move(options.listeners), false, {}, log} {
  for (std::size_t i = 0; i < shared_.listeners.size(); ++i) {
    shared_.spreads.emplace_back(shared_.workers);
  }
  if (options.background) {
    background_ = std::make_unique<Background>(log, std::move(options.background));
  }
}

std::size_t allowed_connections(std::size_t workers) {
  const std::size_t files = real::raise_open_files_limit();
  const std::size_t of_a_worker = 2 * real::PipePool::kPipesMax + 8;  // its pipes and event loop
  const std::size_t reserved = kOtherDescriptors + of_a_worker * workers;
  return files > reserved + 2 ? (files - reserved) / 2 : 1;
}

Capacity plan_capacity(std::size_t workers, std::size_t connections_max) {
  Capacity plan;
  const std::size_t processors = std::max(1U, std::thread::hardware_concurrency());
  plan.workers = workers > 0 ? workers : processors;
  const std::size_t allowed = allowed_connections(plan.workers);
  plan.connections_max = connections_max > 0 ? connections_max : allowed;
  if (connections_max > allowed) {
    plan.problem = fmt::format(
        "--max-connections {}: file descriptors allow {}; raise the limit "
        "(ulimit -n, LimitNOFILE) or lower the number",
        connections_max, allowed);
  } else if (plan.connections_max < plan.workers) {
    plan.problem = fmt::format("--max-connections {} is fewer than {} workers; lower --workers",
                               plan.connections_max, plan.workers);
  }
  return plan;
}

}  // namespace weir::app
