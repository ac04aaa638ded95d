#include "app/tcp_command.hpp"

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <memory>
#include <thread>

#include <fmt/format.h>
#include <unistd.h>

#include "app/tcp_worker.hpp"
#include "base/print.hpp"
#include "real/open_files.hpp"
#include "real/pipe_pool.hpp"
#include "real/signal_wait.hpp"

namespace weir::app {
namespace {

constexpr int kFailure = 1;
constexpr Duration kResolveTimeout = std::chrono::seconds(10);
constexpr std::size_t kOtherDescriptors = 64;  // the log, the C library, standard streams

int fail(const std::string& problem) {
  print_text(stderr, fmt::format("weir: {}\n", problem));
  return kFailure;
}

// Resolves all names before anything else is started. On failure `problem` names the culprit.
struct Resolution {
  std::vector<Endpoint> listen;
  std::vector<Endpoint> backends;
  std::string problem;
  bool in_time = true;
};

task::Task<> resolve_all(io::World& world, const TcpOptions& options, Resolution& result) {
  const TimePoint deadline = after(world.timers.now(), kResolveTimeout);
  auto listen = co_await world.resolver.resolve(options.listen, deadline);
  if (!listen) {
    result.in_time = listen.error().code != ErrorCode::timed_out;
    result.problem = fmt::format("--listen {}: {}; check the name or write an address of this host",
                                 to_string(options.listen), to_string(listen.error().code));
    co_return;
  }
  result.listen = std::move(*listen);
  for (const HostPort& name : options.to) {
    auto addresses = co_await world.resolver.resolve(name, deadline);
    if (!addresses) {
      result.in_time = addresses.error().code != ErrorCode::timed_out;
      result.problem =
          fmt::format("--to {}: {}; check the spelling, /etc/hosts and the name server",
                      to_string(name), to_string(addresses.error().code));
      co_return;
    }
    result.backends.insert(result.backends.end(), addresses->begin(), addresses->end());
  }
}

Resolution resolve(const TcpOptions& options, LogFile& log_file) {
  LogWriter log(log_file);
  real::AsioWorld world(log);
  Resolution result;
  world.spawn(resolve_all(world.world(), options, result));
  world.run();
  // The world would wait for its look-up thread, which asks a name server that does not answer.
  if (!result.in_time) ::_exit(fail(result.problem));
  return result;
}

std::string describe_listen_failure(const HostPort& at, ErrorCode code) {
  std::string remedy = "check the address";
  if (code == ErrorCode::address_in_use) {
    remedy = "another process listens there: stop it, or choose another port (0 picks a free one)";
  } else if (code == ErrorCode::permission_denied) {
    remedy = "ports below 1024 need CAP_NET_BIND_SERVICE or root";
  } else if (code == ErrorCode::address_not_ours) {
    remedy = "use an address of this machine, 0.0.0.0 or [::]";
  }
  return fmt::format("--listen {}: {}; {}", to_string(at), to_string(code), remedy);
}

// The connections that file descriptors allow: each takes two.
std::size_t allowed_connections(std::size_t workers) {
  const std::size_t files = real::raise_open_files_limit();
  const std::size_t of_a_worker = 2 * real::PipePool::kPipesMax + 8;  // its pipes and event loop
  const std::size_t reserved = kOtherDescriptors + of_a_worker * workers;
  return files > reserved + 2 ? (files - reserved) / 2 : 1;
}

class TcpService {
 public:
  TcpService(const TcpOptions& options, std::size_t workers, LogFile& log)
      : options_(options),
        spread_(workers),
        signals_({SIGTERM, SIGINT}),
        shared_{Endpoint{}, workers > 1, {}, turn_, spread_, log} {
    shared_.proxy.connect_timeout = options.connect_timeout;
    shared_.proxy.idle_timeout = options.idle_timeout;
    shared_.proxy.half_close_timeout = options.half_close_timeout;
    shared_.proxy.drain_timeout = options.drain_timeout;
  }

  int run(Resolution resolution, std::size_t workers, std::size_t connections_max);

 private:
  std::string start_workers(std::size_t workers, std::size_t connections_max);
  void wait_for_end();
  int report();

  const TcpOptions& options_;
  lb::RoundRobin turn_;
  real::ConnectionSpread spread_;
  real::SignalWait signals_;
  TcpWorkersShared shared_;
  std::vector<std::unique_ptr<TcpWorker>> workers_;
};

int TcpService::run(Resolution resolution, std::size_t workers, std::size_t connections_max) {
  shared_.listen = resolution.listen.front();
  shared_.proxy.backends = std::move(resolution.backends);
  const std::string problem = start_workers(workers, connections_max);
  if (!problem.empty()) return fail(problem);
  for (const auto& worker : workers_) worker->go();
  print_text(stdout, fmt::format("listening tcp {}\n", to_string(shared_.listen)));
  std::fflush(stdout);
  wait_for_end();
  return report();
}

// The first worker claims the port alone, so that a port which another process shares is noticed
// and not shared with it; it is opened anew when there are more workers.
std::string TcpService::start_workers(std::size_t workers, std::size_t connections_max) {
  if (workers > 1) {
    const bool share_port = std::exchange(shared_.share_port, false);
    TcpWorker claim(0, shared_, 1, [] {});
    const Result<Endpoint> at = claim.listening();
    if (!at) return describe_listen_failure(options_.listen, at.error().code);
    shared_.listen = *at;
    shared_.share_port = share_port;
  }
  for (std::size_t i = 0; i < workers; ++i) {
    const std::size_t share = connections_max / workers + (i < connections_max % workers ? 1 : 0);
    workers_.push_back(std::make_unique<TcpWorker>(i, shared_, share, [this] { signals_.wake(); }));
    const Result<Endpoint> at = workers_.back()->listening();
    if (!at) return describe_listen_failure(options_.listen, at.error().code);
    shared_.listen = *at;
  }
  return {};
}

void TcpService::wait_for_end() {
  while (signals_.wait() == 0) continue;
  spread_.stop();  // first, so that no worker is given a connection after its last accepts
  for (const auto& worker : workers_) worker->drain();
  for (std::size_t ended = 0; ended < workers_.size();) {
    if (signals_.wait() != 0) ::_exit(kFailure);  // the second signal: at once
    ++ended;
  }
}

int TcpService::report() {
  proxy::TcpProxyCounters total;
  int status = 0;
  for (std::size_t i = 0; i < workers_.size(); ++i) {
    const TcpWorkerReport report = workers_[i]->join();
    const proxy::TcpProxyCounters& counters = report.counters;
    print_text(
        stderr,
        fmt::format("summary worker={} sessions={} finished={} failed={} open_max={}\n", i,
                    counters.accepted, counters.finished, counters.failed, counters.open_max));
    total.accepted += counters.accepted;
    total.finished += counters.finished;
    total.failed += counters.failed;
    total.connects_failed += counters.connects_failed;
    total.accept_pauses += counters.accept_pauses;
    total.bytes_from_clients += counters.bytes_from_clients;
    total.bytes_from_upstreams += counters.bytes_from_upstreams;
    if (!report.leaks.empty()) {
      status = fail(fmt::format("worker {} leaked {}: a bug, please report it", i, report.leaks));
    }
  }
  print_text(
      stderr,
      fmt::format(
          "summary total sessions={} finished={} failed={} connects_failed={} accept_pauses={} "
          "from_clients={} from_upstreams={}\n",
          total.accepted, total.finished, total.failed, total.connects_failed, total.accept_pauses,
          total.bytes_from_clients, total.bytes_from_upstreams));
  return status;
}

}  // namespace

int run_tcp_command(const TcpOptions& options) {
  LogFile log(options.log);
  if (!log.problem().empty()) {
    return fail(fmt::format("--log {}: {}", options.log, log.problem()));
  }
  const std::size_t processors = std::max(1U, std::thread::hardware_concurrency());
  const std::size_t workers = options.workers > 0 ? options.workers : processors;
  const std::size_t allowed = allowed_connections(workers);
  if (options.connections_max > allowed) {
    return fail(
        fmt::format("--max-connections {}: file descriptors allow {}; raise the limit "
                    "(ulimit -n, LimitNOFILE) or lower the number",
                    options.connections_max, allowed));
  }
  const std::size_t wanted = options.connections_max > 0 ? options.connections_max : allowed;
  if (wanted < workers) {
    return fail(fmt::format("--max-connections {} is fewer than {} workers; lower --workers",
                            wanted, workers));
  }
  Resolution resolution = resolve(options, log);
  if (!resolution.problem.empty()) return fail(resolution.problem);
  TcpService service(options, workers, log);
  return service.run(std::move(resolution), workers, wanted);
}

}  // namespace weir::app
