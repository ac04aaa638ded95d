#include "app/http_command.hpp"

#include <cstdio>
#include <memory>
#include <utility>

#include <fmt/format.h>

#include "app/resolution.hpp"
#include "app/served_proxies.hpp"
#include "app/service.hpp"
#include "base/print.hpp"
#include "proxy/http_proxy.hpp"

namespace weir::app {
namespace {

constexpr int kFailure = 1;

int fail(const std::string& problem) {
  print_text(stderr, fmt::format("weir: {}\n", problem));
  return kFailure;
}

struct Backends {
  std::vector<Endpoint> addresses;
  std::vector<lb::BackendSpec> specs;
};

Backends backends_of(const std::vector<std::vector<Endpoint>>& found) {
  Backends backends;
  for (std::size_t i = 1; i < found.size(); ++i) {
    for (const Endpoint& address : found[i]) {
      backends.addresses.push_back(address);
      lb::BackendSpec spec;
      spec.name = to_string(address);
      backends.specs.push_back(std::move(spec));
    }
  }
  return backends;
}

proxy::HttpOptions proxy_options(const HttpOptions& options, lb::Cluster& cluster,
                                 std::vector<Endpoint> addresses) {
  proxy::HttpOptions made;
  made.clusters.push_back({.name = "default",
                           .balance = cluster,
                           .backends = std::move(addresses),
                           .pool = options.pool,
                           .timeouts = options.upstream_timeouts});
  http::ForwardOptions forward;
  forward.trusted_hops = options.trusted_hops;
  std::vector<proxy::Destination> destinations;
  destinations.push_back({0, "default", http::ForwardPolicy(forward)});
  made.routing = std::make_shared<const proxy::Routing>(
      proxy::RouteTable({proxy::Route{.name = "default", .match = {}}}), std::move(destinations));
  made.timeouts = options.timeouts;
  made.drain_timeout = options.drain_timeout;
  return made;
}

}  // namespace

int run_http_command(const HttpOptions& options) {
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
  Backends backends = backends_of(*found);
  if (backends.specs.size() > lb::kBackendsMax) {
    return fail(fmt::format("--to names {} backends; at most {} are possible",
                            backends.specs.size(), lb::kBackendsMax));
  }

  lb::ClusterOptions balance;
  balance.policy = options.policy;
  lb::Cluster cluster(balance, std::move(backends.specs));
  const proxy::HttpOptions shared = proxy_options(options, cluster, std::move(backends.addresses));
  ServedListener served;
  served.protocol = "http";
  served.where = "--listen " + to_string(options.listen);
  served.listen = found->front().front();
  served.connections_max = capacity.connections_max;
  served.make_proxy = serve_http(shared);
  ServiceOptions service;
  service.workers = capacity.workers;
  service.listeners.push_back(std::move(served));
  return Service(std::move(service), log).run();
}

}  // namespace weir::app
