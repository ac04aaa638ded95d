#include "app/tcp_options.hpp"

#include <CLI/CLI.hpp>

#include "app/option_values.hpp"
#include "proxy/tcp_proxy.hpp"

namespace weir::app {
namespace {

constexpr const char* kExample = R"(
Example: three backends, taken in turn
  weir tcp --listen 0.0.0.0:8080 --to 10.0.0.1:80,10.0.0.2:80,[fd00::3]:80

SIGTERM or SIGINT stops accepting, lets the sessions finish for up to --drain-timeout and
exits 0; a second one exits at once. Weir prints "listening tcp ADDRESS:PORT" to standard output
once it accepts.)";

}  // namespace

CLI::App* add_tcp_command(CLI::App& app, TcpOptions& options) {
  const proxy::TcpProxyOptions defaults;
  options.connect_timeout = defaults.connect_timeout;
  options.idle_timeout = defaults.idle_timeout;
  options.half_close_timeout = defaults.half_close_timeout;
  options.drain_timeout = defaults.drain_timeout;

  CLI::App& command = *app.add_subcommand("tcp", "Balance TCP connections over backends");
  command.footer(kExample);
  add_quick_options(command, options);
  add_duration(command, "--connect-timeout", options.connect_timeout,
               "For each backend that is tried");
  add_duration(command, "--idle-timeout", options.idle_timeout,
               "Reset both sides after no byte in either direction for so long");
  add_duration(command, "--half-close-timeout", options.half_close_timeout,
               "The same once one side has ended its direction");
  add_duration(command, "--drain-timeout", options.drain_timeout,
               "From SIGTERM until open sessions are reset");
  add_log(command, options.log, "One line a session");
  return &command;
}

}  // namespace weir::app
