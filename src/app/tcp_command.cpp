#include "app/tcp_command.hpp"

#include <cstdio>
#include <memory>
#include <utility>

#include <fmt/format.h>

#include "app/resolution.hpp"
#include "app/served_proxies.hpp"
#include "app/service.hpp"
#include "base/print.hpp"
#include "proxy/tcp_proxy.hpp"

namespace weir::app {
namespace {

constexpr int kFailure = 1;

int fail(const std::string& problem) {
  print_text(stderr, fmt::format("weir: {}\n", problem));
  return kFailure;
}

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
  if (shared.backends.size() > lb::kBackendsMax) {
    return fail(fmt::format("--to names {} backends; at most {} are possible",
                            shared.backends.size(), lb::kBackendsMax));
  }
  std::vector<lb::BackendSpec> specs;
  for (const Endpoint& address : shared.backends) {
    lb::BackendSpec spec;
    spec.name = to_string(address);
    specs.push_back(std::move(spec));
  }
  lb::ClusterOptions balance;
  balance.policy = options.policy;
  lb::Cluster cluster(balance, std::move(specs));
  ServedListener served;
  served.protocol = "tcp";
  served.where = "--listen " + to_string(options.listen);
  served.listen = found->front().front();
  served.connections_max = capacity.connections_max;
  served.make_proxy = serve_tcp(shared, cluster);
  ServiceOptions service;
  service.workers = capacity.workers;
  service.listeners.push_back(std::move(served));
  return Service(std::move(service), log).run();
}

}  // namespace weir::app
