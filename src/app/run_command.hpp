#pragma once
// `weir run --config weir.toml`: serves what a configuration says: several listeners, routes and
// clusters, with health checks.
//
//   CLI::App* run = add_run_command(app, options);   ...   return run_run_command(options);
//
// Everything is read, checked and resolved before anything is started; what is wrong is told with
// its place in the file, and the exit status is 1.

#include <string>

namespace CLI {
class App;
}

namespace weir::app {

struct RunOptions {
  std::string config;
};

CLI::App* add_run_command(CLI::App& app, RunOptions& options);

int run_run_command(const RunOptions& options);

}  // namespace weir::app
