#include "app/quick_form.hpp"

#include <utility>

#include <fmt/format.h>

#include "app/failure.hpp"
#include "app/option_values.hpp"
#include "app/resolution.hpp"
#include "app/service.hpp"

namespace weir::app {

void add_quick_options(CLI::App& command, QuickOptions& options) {
  add_listen(command, options.listen);
  add_backends(command, options.to);
  add_balance(command, options.policy);
  add_workers(command, options.workers);
  add_connections_max(command, options.connections_max);
}

int run_quick_form(const QuickOptions& options, const char* protocol, const MakeQuickProxy& make) {
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

  std::vector<Endpoint> backends;
  std::vector<lb::BackendSpec> specs;
  for (std::size_t i = 1; i < found->size(); ++i) {
    for (const Endpoint& address : (*found)[i]) {
      backends.push_back(address);
      lb::BackendSpec spec;
      spec.name = to_string(address);
      specs.push_back(std::move(spec));
    }
  }
  if (specs.size() > lb::kBackendsMax) {
    return fail(fmt::format("--to names {} backends; at most {} are possible", specs.size(),
                            lb::kBackendsMax));
  }
  lb::ClusterOptions balance;
  balance.policy = options.policy;
  lb::Cluster cluster(balance, std::move(specs));

  ServedListener served;
  served.protocol = protocol;
  served.where = "--listen " + to_string(options.listen);
  served.listen = found->front().front();
  served.connections_max = capacity.connections_max;
  served.make_proxy = make(cluster, std::move(backends));
  ServiceOptions service;
  service.workers = capacity.workers;
  service.listeners.push_back(std::move(served));
  return Service(std::move(service), log).run();
}

}  // namespace weir::app
