#include "app/http_command.hpp"

#include <memory>
#include <utility>

#include "app/served_proxies.hpp"
#include "proxy/http_proxy.hpp"

namespace weir::app {

int run_http_command(const HttpOptions& options) {
  return run_quick_form(options, "http", [&](lb::Cluster& cluster, std::vector<Endpoint> backends) {
    proxy::HttpOptions made;
    made.clusters.push_back({.name = "default",
                             .balance = cluster,
                             .backends = std::move(backends),
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
    return serve_http(std::move(made));
  });
}

}  // namespace weir::app
