#pragma once
// `weir check --config weir.toml`: says everything that is wrong with a configuration, or how much
// is in it.
//
//   CLI::App* check = add_check_command(app, options);   return run_check_command(options);
//
// Opens no sockets and resolves no names.

#include <string>

namespace CLI {
class App;
}

namespace weir::app {

struct CheckOptions {
  std::string config;
};

// Adds the sub-command; `options` is filled when it is parsed and outlives `app`.
CLI::App* add_check_command(CLI::App& app, CheckOptions& options);

int run_check_command(const CheckOptions& options);  // the exit status

}  // namespace weir::app
