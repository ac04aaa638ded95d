#include "app/explain_command.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "app/config_file.hpp"
#include "config/explain.hpp"

namespace weir::app {
namespace {

constexpr int kUsageError = 2;

int refuse(const std::string& problem) {
  fmt::print(stderr, "weir: {}\nRun `weir explain --help` for the options.\n", problem);
  return kUsageError;
}

}  // namespace

CLI::App* add_explain_command(CLI::App& app, ExplainOptions& options) {
  CLI::App& command = *app.add_subcommand("explain", "Say where a request would go, and why");
  command.add_option("--config", options.config, "The configuration: see docs/reference/config.md")
      ->type_name("FILE")
      ->required();
  command.add_option("request", options.request, "Such as 'GET http://a.example:8080/path'")
      ->type_name("'METHOD URL'")
      ->required();
  command.add_option("-H,--header", options.headers, "A header of the request; may be repeated")
      ->type_name("'NAME: VALUE'")
      ->allow_extra_args(false);
  command
      .add_option("--listener", options.listener,
                  "The listener that it comes to; otherwise the one with the URL's port")
      ->type_name("NAME");
  command.footer(
      "\nExample: what a beta user's request meets\n"
      "  weir explain --config weir.toml 'GET http://api.example.org/v2' -H 'X-Beta: 1'\n\n"
      "Nothing is sent; which backend is picked depends on who is healthy and what is in flight.");
  return &command;
}

int run_explain_command(const ExplainOptions& options) {
  auto question = config::parse_question(options.request, options.headers);
  if (!question) return refuse(question.error());
  question->listener = options.listener;
  const std::optional<config::Config> config = read_config(options.config);
  if (!config) return 1;
  const auto answer = config::explain(*config, *question);
  if (!answer) return refuse(answer.error());
  fmt::print("{}", *answer);
  return 0;
}

}  // namespace weir::app
