#pragma once
// run(): the process: its threads, their listeners, its end. Blocks until a signal.
//
// Each worker is a thread with a real::AsioWorld of its own; they share one port and one Site.

#include "backend/options.hpp"

namespace weir::backend {

// Returns the exit status. Problems go to standard error, one line each.
int run(Options options);

}  // namespace weir::backend
