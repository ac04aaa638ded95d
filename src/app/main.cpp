// weir: the proxy's command line.

#include <csignal>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "app/check_command.hpp"
#include "app/explain_command.hpp"
#include "app/http_command.hpp"
#include "app/run_command.hpp"
#include "app/tcp_command.hpp"
#include "base/print.hpp"
#include "real/open_files.hpp"

namespace {

constexpr int kUsageError = 2;

}  // namespace

int main(int argc, char** argv) {
  weir::real::open_standard_streams();
  std::signal(SIGPIPE, SIG_IGN);  // a reader of our output that went away is an error, not an end
  CLI::App app("Weir: a load-balancing proxy that can rehearse its failures", "weir");
  app.require_subcommand(0, 1);  // not 1: a misspelt command is to be named as such
  app.set_version_flag("--version", "weir 0.1.0");
  app.failure_message([](const CLI::App* failed, const CLI::Error& error) {
    return fmt::format("weir: {}\nRun `{} --help` for the options.\n", error.what(),
                       failed->get_parent() == nullptr ? "weir" : "weir " + failed->get_name());
  });
  weir::app::HttpOptions http_options;
  CLI::App* http = weir::app::add_http_command(app, http_options);
  weir::app::TcpOptions tcp_options;
  CLI::App* tcp = weir::app::add_tcp_command(app, tcp_options);
  weir::app::RunOptions run_options;
  CLI::App* run = weir::app::add_run_command(app, run_options);
  weir::app::CheckOptions check_options;
  CLI::App* check = weir::app::add_check_command(app, check_options);
  weir::app::ExplainOptions explain_options;
  CLI::App* explain = weir::app::add_explain_command(app, explain_options);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : kUsageError;
  }
  if (http->parsed()) return weir::app::run_http_command(http_options);
  if (tcp->parsed()) return weir::app::run_tcp_command(tcp_options);
  if (run->parsed()) return weir::app::run_run_command(run_options);
  if (check->parsed()) return weir::app::run_check_command(check_options);
  if (explain->parsed()) return weir::app::run_explain_command(explain_options);
  weir::print_text(stderr,
                   "weir: a command is missing: http, tcp, run, check, explain\n"
                   "Run `weir --help` for the commands.\n");
  return kUsageError;
}
