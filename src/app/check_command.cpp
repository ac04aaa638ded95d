#include "app/check_command.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "app/config_file.hpp"

namespace weir::app {
namespace {

std::string counted(std::size_t count, const std::string& what) {
  return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

}  // namespace

CLI::App* add_check_command(CLI::App& app, CheckOptions& options) {
  CLI::App& command = *app.add_subcommand("check", "Say what is wrong with a configuration");
  command.add_option("--config", options.config, "The configuration: see docs/reference/config.md")
      ->type_name("FILE")
      ->required();
  command.footer(
      "\nPrints every problem with file, line and column, and exits 1; warnings alone do not count."
      "\nPrints \"ok\" and what the configuration holds, and exits 0.");
  return &command;
}

int run_check_command(const CheckOptions& options) {
  const std::optional<config::Config> config = read_config(options.config);
  if (!config) return 1;
  std::size_t backends = 0;
  for (const config::Cluster& cluster : config->clusters) backends += cluster.backends.size();
  fmt::print("{}: ok: {}, {}, {}, {}\n", options.config,
             counted(config->listeners.size(), "listener"), counted(config->routes.size(), "route"),
             counted(config->clusters.size(), "cluster"), counted(backends, "backend"));
  return 0;
}

}  // namespace weir::app
