#include "app/tcp_command.hpp"

#include <utility>

#include "app/served_proxies.hpp"
#include "proxy/tcp_proxy.hpp"

namespace weir::app {

int run_tcp_command(const TcpOptions& options) {
  return run_quick_form(options, "tcp", [&](lb::Cluster& cluster, std::vector<Endpoint> backends) {
    proxy::TcpProxyOptions made;
    made.backends = std::move(backends);
    made.connect_timeout = options.connect_timeout;
    made.idle_timeout = options.idle_timeout;
    made.half_close_timeout = options.half_close_timeout;
    made.drain_timeout = options.drain_timeout;
    return serve_tcp(std::move(made), cluster);
  });
}

}  // namespace weir::app
