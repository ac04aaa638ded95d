#include "app/run_command.hpp"

#include <cstdio>
#include <deque>
#include <map>
#include <memory>
#include <utility>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "app/config_file.hpp"
#include "app/failure.hpp"
#include "app/resolution.hpp"
#include "app/served_proxies.hpp"
#include "app/service.hpp"
#include "control/health_checker.hpp"

namespace weir::app {
namespace {

// Health changes are in the log already.
class NoObserver final : public control::HealthObserver {
 public:
  void health_changed(std::size_t, std::uint32_t, const lb::Transition&) override {}
};

// A cluster as all workers share it, with its addresses.
struct RunningCluster {
  RunningCluster(const config::Cluster& of, std::vector<lb::BackendSpec> specs,
                 std::vector<Endpoint> at)
      : plan(of), balance(of.balance, std::move(specs)), addresses(std::move(at)) {}
  const config::Cluster& plan;
  lb::Cluster balance;
  std::vector<Endpoint> addresses;
};

// What a configuration becomes. The configuration outlives it.
class Setup {
 public:
  explicit Setup(const config::Config& config) : config_(config) {}

  std::string resolve(LogFile& log);  // says what is wrong, if anything
  ServiceOptions service(std::size_t workers);

 private:
  ServedListener served(const config::Listener& listener, Endpoint at, std::size_t workers);
  MakeProxy http(const config::Listener& listener);
  MakeProxy tcp(const config::Listener& listener);
  task::Task<> check_health(io::World& world);
  bool has_checks() const;

  const config::Config& config_;
  std::vector<Endpoint> listen_;  // in the order of the configuration's listeners
  std::deque<RunningCluster> clusters_;
  NoObserver observer_;
};

// A name with several addresses is that many backends.
std::string Setup::resolve(LogFile& log) {
  std::vector<NameToResolve> names;
  for (const config::Listener& listener : config_.listeners) {
    names.push_back({fmt::format("listener \"{}\"", listener.name), listener.address});
  }
  for (const config::Cluster& cluster : config_.clusters) {
    for (const config::Backend& backend : cluster.backends) {
      names.push_back({fmt::format("backend \"{}\"", backend.name), backend.address});
    }
  }
  const auto found = resolve_all(names, log);
  if (!found) return found.error();
  std::size_t next = 0;
  for (std::size_t i = 0; i < config_.listeners.size(); ++i) {
    listen_.push_back((*found)[next++].front());
  }
  for (const config::Cluster& cluster : config_.clusters) {
    std::vector<lb::BackendSpec> specs;
    std::vector<Endpoint> addresses;
    for (const config::Backend& backend : cluster.backends) {
      const std::vector<Endpoint>& of_name = (*found)[next++];
      for (const Endpoint& address : of_name) {
        const std::string name =
            of_name.size() == 1 ? backend.name : backend.name + " " + to_string(address);
        specs.push_back({name, backend.weight});
        addresses.push_back(address);
      }
    }
    if (specs.size() > lb::kBackendsMax) {
      return fmt::format("cluster \"{}\" has {} addresses; at most {} are possible", cluster.name,
                         specs.size(), lb::kBackendsMax);
    }
    if (cluster.balance.policy == lb::Policy::maglev &&
        cluster.balance.maglev_size <= specs.size()) {
      return fmt::format(
          "cluster \"{}\" has {} addresses, for which maglev_size {} is too small; write a prime "
          "number that is a hundred times as large or more",
          cluster.name, specs.size(), cluster.balance.maglev_size);
    }
    clusters_.emplace_back(cluster, std::move(specs), std::move(addresses));
  }
  return {};
}

ServiceOptions Setup::service(std::size_t workers) {
  ServiceOptions options;
  options.workers = workers;
  for (std::size_t i = 0; i < config_.listeners.size(); ++i) {
    options.listeners.push_back(served(config_.listeners[i], listen_[i], workers));
  }
  if (has_checks()) {
    options.background = [this](io::World& world) { return check_health(world); };
  }
  return options;
}

ServedListener Setup::served(const config::Listener& listener, Endpoint at, std::size_t workers) {
  ServedListener served;
  const bool is_http = listener.protocol == config::Protocol::http;
  served.protocol = is_http ? "http" : "tcp";
  served.where = fmt::format("listener \"{}\" at {}", listener.name, to_string(listener.address));
  served.listen = at;
  served.connections_max = std::max(listener.connections_max, workers);
  served.make_proxy = is_http ? http(listener) : tcp(listener);
  return served;
}

MakeProxy Setup::http(const config::Listener& listener) {
  proxy::HttpOptions options;
  std::map<std::string, std::size_t> places;  // of clusters, by name
  for (RunningCluster& cluster : clusters_) {
    places[cluster.plan.name] = options.clusters.size();
    options.clusters.push_back({.name = cluster.plan.name,
                                .balance = cluster.balance,
                                .backends = cluster.addresses,
                                .hash = cluster.plan.hash,
                                .pool = cluster.plan.pool,
                                .tries_max = cluster.plan.tries_max,
                                .timeouts = cluster.plan.timeouts});
  }
  std::vector<proxy::Destination> destinations;  // in the order of the configuration's routes
  for (const config::Route& route : config_.routes) {
    http::ForwardOptions forward = listener.forward;
    if (!route.host_rewrite.empty()) forward.host = route.host_rewrite;
    destinations.push_back({places[route.cluster], route.name, http::ForwardPolicy(forward)});
  }
  options.routing = std::make_shared<const proxy::Routing>(route_table(config_, listener),
                                                           std::move(destinations));
  options.limits = listener.limits;
  options.timeouts = listener.timeouts.http;
  options.body_rate = listener.body_rate;
  options.requests_max = listener.requests_max;
  options.drain_timeout = config_.drain_timeout;
  return serve_http(std::move(options));
}

MakeProxy Setup::tcp(const config::Listener& listener) {
  for (RunningCluster& cluster : clusters_) {
    if (cluster.plan.name != listener.cluster) continue;
    proxy::TcpProxyOptions options;
    options.backends = cluster.addresses;
    options.connect_timeout = cluster.plan.timeouts.connect;
    options.idle_timeout = listener.timeouts.idle;
    options.half_close_timeout = listener.timeouts.half_close;
    options.drain_timeout = config_.drain_timeout;
    return serve_tcp(std::move(options), cluster.balance);
  }
  return {};  // load() has seen that there is one
}

bool Setup::has_checks() const {
  return std::ranges::any_of(
      config_.clusters, [](const config::Cluster& cluster) { return cluster.health.has_value(); });
}

task::Task<> Setup::check_health(io::World& world) {
  std::vector<control::HealthPlan> plans;
  for (RunningCluster& cluster : clusters_) {
    if (!cluster.plan.health) continue;
    plans.push_back({.cluster = cluster.plan.name,
                     .balance = cluster.balance,
                     .backends = cluster.addresses,
                     .probe = cluster.plan.health->probe,
                     .machine = cluster.plan.health->machine});
  }
  control::HealthChecker checker(world, std::move(plans), observer_);
  co_await checker.run();
}

}  // namespace

CLI::App* add_run_command(CLI::App& app, RunOptions& options) {
  CLI::App& command = *app.add_subcommand("run", "Serve what a configuration says");
  command.add_option("--config", options.config, "The configuration: see docs/reference/config.md")
      ->type_name("FILE")
      ->required();
  command.footer(
      "\nPrints \"listening PROTOCOL ADDRESS:PORT\" for each listener once all accept. SIGTERM or"
      "\nSIGINT drains and exits 0; a second one exits at once.");
  return &command;
}

int run_run_command(const RunOptions& options) {
  const std::optional<config::Config> config = read_config(options.config);
  if (!config) return kFailure;
  LogFile log(config->access_log);
  if (!log.problem().empty()) {
    return fail(fmt::format("access_log \"{}\": {}", config->access_log, log.problem()));
  }
  const Capacity capacity = plan_capacity(config->workers, 0);
  Setup setup(*config);
  const std::string problem = setup.resolve(log);
  if (!problem.empty()) return fail(problem);
  return Service(setup.service(capacity.workers), log).run();
}

}  // namespace weir::app
