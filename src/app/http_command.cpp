#include "app/http_command.hpp"

#include <cstdio>
#include <memory>
#include <utility>

#include <fmt/format.h>

#include "app/access_log.hpp"
#include "app/resolution.hpp"
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

class ServedHttp final : public ServedProxy {
 public:
  ServedHttp(const WorkerContext& context, std::unique_ptr<io::Listener> listener,
             proxy::HttpOptions options)
      : observer_(context.log, context.world.wall_clock, context.index),
        proxy_(context.world, std::move(listener), std::move(options), observer_) {}

  task::Task<> run() override { return proxy_.run(); }
  void drain() override { proxy_.drain(); }

  std::vector<NamedCounter> counters() const override {
    const proxy::HttpCounters counted = proxy_.counters();
    return {{"connections", counted.accepted},
            {"requests", counted.requests},
            {"complete", counted.complete},
            {"answered_by_us", counted.answered_by_us},
            {"failed", counted.failed},
            {"resent", counted.resent},
            {"upstream_connects", counted.connects},
            {"connects_failed", counted.connects_failed},
            {"accept_pauses", counted.accept_pauses},
            {"bytes_in", counted.bytes_in},
            {"bytes_out", counted.bytes_out},
            {"open_max", counted.open_max}};
  }

 private:
  AccessLog observer_;
  proxy::HttpProxy proxy_;
};

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
                           .pool = options.pool});
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
  const MakeProxy make = [&shared](const WorkerContext& context,
                                   std::unique_ptr<io::Listener> listener) {
    proxy::HttpOptions own = shared;
    own.connections_max = context.connections_max;
    return std::make_unique<ServedHttp>(context, std::move(listener), std::move(own));
  };
  ServiceOptions service;
  service.protocol = "http";
  service.where = "--listen " + to_string(options.listen);
  service.listen = found->front().front();
  service.workers = capacity.workers;
  service.connections_max = capacity.connections_max;
  return Service(service, log, make).run();
}

}  // namespace weir::app
