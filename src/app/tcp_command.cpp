#include "app/tcp_command.hpp"

#include <cstdio>
#include <memory>
#include <utility>

#include <fmt/format.h>

#include "app/resolution.hpp"
#include "app/service.hpp"
#include "app/session_log.hpp"
#include "base/print.hpp"
#include "proxy/tcp_proxy.hpp"

namespace weir::app {
namespace {

constexpr int kFailure = 1;

int fail(const std::string& problem) {
  print_text(stderr, fmt::format("weir: {}\n", problem));
  return kFailure;
}

class ServedTcp final : public ServedProxy {
 public:
  ServedTcp(const WorkerContext& context, std::unique_ptr<io::Listener> listener,
            proxy::TcpProxyOptions options, lb::RoundRobin& turn)
      : observer_(context.log, context.world.wall_clock, context.index),
        proxy_(context.world, std::move(listener), std::move(options), turn, observer_) {}

  task::Task<> run() override { return proxy_.run(); }
  void drain() override { proxy_.drain(); }

  std::vector<NamedCounter> counters() const override {
    const proxy::TcpProxyCounters counted = proxy_.counters();
    return {{"sessions", counted.accepted},
            {"finished", counted.finished},
            {"failed", counted.failed},
            {"connects_failed", counted.connects_failed},
            {"accept_pauses", counted.accept_pauses},
            {"from_clients", counted.bytes_from_clients},
            {"from_upstreams", counted.bytes_from_upstreams},
            {"open_max", counted.open_max}};
  }

 private:
  SessionLog observer_;
  proxy::TcpProxy proxy_;
};

}  // namespace

int run_tcp_command(const TcpOptions& options) {
  LogFile log(options.log);
  if (!log.problem().empty()) {
    return fail(fmt::format("--log {}: {}", options.log, log.problem()));
  }
  const Capacity capacity = plan_capacity(options.workers, options.connections_max);
  if (!capacity.problem.empty()) return fail(capacity.problem);
  std::vector<NameToResolve> names = {{"--listen", options.listen}};
  for (const HostPort& backend : options.to) names.push_back({"--to", backend});
  const auto found = resolve_all(names, log);
  if (!found) return fail(found.error());

  proxy::TcpProxyOptions shared;
  for (std::size_t i = 1; i < found->size(); ++i) {
    shared.backends.insert(shared.backends.end(), (*found)[i].begin(), (*found)[i].end());
  }
  shared.connect_timeout = options.connect_timeout;
  shared.idle_timeout = options.idle_timeout;
  shared.half_close_timeout = options.half_close_timeout;
  shared.drain_timeout = options.drain_timeout;
  lb::RoundRobin turn;
  const MakeProxy make = [&shared, &turn](const WorkerContext& context,
                                          std::unique_ptr<io::Listener> listener) {
    proxy::TcpProxyOptions own = shared;
    own.connections_max = context.connections_max;
    return std::make_unique<ServedTcp>(context, std::move(listener), std::move(own), turn);
  };
  ServiceOptions service;
  service.protocol = "tcp";
  service.where = "--listen " + to_string(options.listen);
  service.listen = found->front().front();
  service.workers = capacity.workers;
  service.connections_max = capacity.connections_max;
  return Service(service, log, make).run();
}

}  // namespace weir::app
