#pragma once
// `weir http`: HTTP load balancing from the command line, until a signal ends it: quick_form.hpp.
//
//   return run_http_command(options);     // the exit status

#include "app/http_options.hpp"

namespace weir::app {

int run_http_command(const HttpOptions& options);

}  // namespace weir::app
