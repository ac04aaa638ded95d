#pragma once
// The command line of `weir http`, checked: the quick form of a configuration with one listener and
// one cluster. `weir run --config` has everything else.
//
//   HttpOptions options;   CLI::App* http = add_http_command(app, options);   app.parse(argc,
//   argv);

#include <cstddef>
#include <string>
#include <vector>

#include "base/endpoint.hpp"
#include "lb/policy.hpp"
#include "proxy/http_options.hpp"

namespace CLI {
class App;
}

namespace weir::app {

struct HttpOptions {
  HostPort listen;
  std::vector<HostPort> to;
  lb::Policy policy = lb::Policy::round_robin;
  std::size_t workers = 0;          // 0: one for each processor
  std::size_t connections_max = 0;  // of the process; 0: as many as file descriptors allow
  unsigned trusted_hops = 0;
  proxy::HttpTimeouts timeouts;
  proxy::UpstreamTimeouts upstream_timeouts;
  proxy::PoolOptions pool;
  Duration drain_timeout = std::chrono::seconds(30);
  std::string log = "-";
};

// Adds the sub-command; `options` is filled when it is parsed and outlives `app`.
CLI::App* add_http_command(CLI::App& app, HttpOptions& options);

}  // namespace weir::app
