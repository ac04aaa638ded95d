#pragma once
// `weir tcp`: runs the workers until a signal ends them.
//
// Start: resolve the backends, open all listeners, and only when everything worked say
// "listening"; otherwise one message to standard error and exit status 1, nothing half-started.
// Names that are not resolved within 10 s end the process from within: getaddrinfo() cannot be
// interrupted, and nothing else has been started by then.

#include "app/tcp_options.hpp"

namespace weir::app {

// Returns the exit status. Called in the main thread of main().
int run_tcp_command(const TcpOptions& options);

}  // namespace weir::app
