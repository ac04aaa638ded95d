#pragma once
// `weir tcp`: TCP load balancing from the command line, until a signal ends it: quick_form.hpp.
//
//   return run_tcp_command(options);     // the exit status

#include "app/tcp_options.hpp"

namespace weir::app {

// Returns the exit status. Called in the main thread of main().
int run_tcp_command(const TcpOptions& options);

}  // namespace weir::app
