#pragma once
// `weir http`: HTTP load balancing from the command line: resolves the names, makes the cluster
// that all workers share, and runs a service of HttpProxy workers.
//
//   return run_http_command(options);     // the exit status
//
// Nothing is started before all names are known.

#include "app/http_options.hpp"

namespace weir::app {

int run_http_command(const HttpOptions& options);

}  // namespace weir::app
