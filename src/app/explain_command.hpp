#pragma once
// `weir explain --config weir.toml 'GET http://host/path'`: which listener, route, cluster and
// backends a request would meet, and why the other routes would not get it.
//
//   CLI::App* explain = add_explain_command(app, options);   return run_explain_command(options);
//
// Sends nothing. What it says is src/config/explain.hpp's.

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace weir::app {

struct ExplainOptions {
  std::string config;
  std::string request;
  std::vector<std::string> headers;
  std::string listener;
};

// Adds the sub-command; `options` is filled when it is parsed and outlives `app`.
CLI::App* add_explain_command(CLI::App& app, ExplainOptions& options);

int run_explain_command(const ExplainOptions& options);  // the exit status

}  // namespace weir::app
