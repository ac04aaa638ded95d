#pragma once
// The command line of `weir http`, checked: the quick form of a configuration with one listener and
// one cluster. `weir run --config` has everything else.
//
//   HttpOptions options;   add_http_command(app, options);   app.parse(argc, argv);

#include "app/quick_form.hpp"
#include "proxy/http_options.hpp"

namespace weir::app {

struct HttpOptions : QuickOptions {
  unsigned trusted_hops = 0;
  proxy::HttpTimeouts timeouts;
  proxy::UpstreamTimeouts upstream_timeouts;
  proxy::PoolOptions pool;
  Duration drain_timeout = std::chrono::seconds(30);
};

// Adds the sub-command; `options` is filled when it is parsed and outlives `app`.
CLI::App* add_http_command(CLI::App& app, HttpOptions& options);

}  // namespace weir::app
