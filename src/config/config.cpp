#include "config/config.hpp"

#include <algorithm>

namespace weir::config {

const Listener* find_listener(const Config& config, const std::string& name) noexcept {
  const auto found = std::ranges::find(config.listeners, name, &Listener::name);
  return found != config.listeners.end() ? &*found : nullptr;
}

const Cluster* find_cluster(const Config& config, const std::string& name) noexcept {
  const auto found = std::ranges::find(config.clusters, name, &Cluster::name);
  return found != config.clusters.end() ? &*found : nullptr;
}

bool serves(const Route& route, const Listener& listener) noexcept {
  return listener.protocol == Protocol::http &&
         (route.listeners.empty() ||
          std::ranges::find(route.listeners, listener.name) != route.listeners.end());
}

proxy::RouteTable route_table(const Config& config, const Listener& listener) {
  std::vector<proxy::Route> routes;
  for (std::size_t i = 0; i < config.routes.size(); ++i) {
    const Route& route = config.routes[i];
    if (serves(route, listener)) routes.push_back({route.name, route.match, i});
  }
  return proxy::RouteTable(std::move(routes));
}

}  // namespace weir::config
