#pragma once
// The quick forms `weir tcp` and `weir http`: one listener and one cluster of backends, from the
// command line. What they have in common: their options, and the way from names to a service.
//
//   return run_quick_form(options, "tcp", [&](lb::Cluster& cluster, std::vector<Endpoint> backends)
//   {
//     return serve_tcp(...);
//   });
//
// Start: resolve the names, open all listeners, and only when everything worked say "listening";
// otherwise one message to standard error and exit status 1, nothing half-started. Names that are
// not resolved within 10 s end the process from within: getaddrinfo() cannot be interrupted, and
// nothing else has been started by then.

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "app/served_proxy.hpp"
#include "base/endpoint.hpp"
#include "lb/cluster.hpp"

namespace CLI {
class App;
}

namespace weir::app {

struct QuickOptions {
  HostPort listen;
  std::vector<HostPort> to;
  lb::Policy policy = lb::Policy::round_robin;
  std::size_t workers = 0;          // 0: one for each processor
  std::size_t connections_max = 0;  // of the process; 0: as many as file descriptors allow
  std::string log = "-";
};

// Adds --listen, --to, --balance, --workers and --max-connections; `options` outlives the command.
void add_quick_options(CLI::App& command, QuickOptions& options);

// The cluster outlives the proxies.
using MakeQuickProxy =
    std::function<MakeProxy(lb::Cluster& cluster, std::vector<Endpoint> backends)>;

// Returns the exit status. Called in the main thread of main().
int run_quick_form(const QuickOptions& options, const char* protocol, const MakeQuickProxy& make);

}  // namespace weir::app
