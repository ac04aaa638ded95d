#include "app/http_options.hpp"

#include <CLI/CLI.hpp>

#include "app/option_values.hpp"
#include "http/forward_policy.hpp"

namespace weir::app {
namespace {

constexpr const char* kExample = R"(
Example: three backends, least connections first
  weir http --listen 0.0.0.0:8080 --to 10.0.0.1:80,10.0.0.2:80,10.0.0.3:80
            --balance least_connections

SIGTERM or SIGINT stops accepting, lets requests be answered for up to --drain-timeout and exits 0;
a second one exits at once. Weir prints "listening http ADDRESS:PORT" to standard output once it
accepts, and one JSON line for each request to --log.)";

void add_timeouts(CLI::App& command, HttpOptions& options) {
  proxy::HttpTimeouts& timeouts = options.timeouts;
  add_duration(command, "--header-timeout", timeouts.header,
               "From a request's first byte to the end of its head");
  add_duration(command, "--keep-alive-timeout", timeouts.keep_alive,
               "Between two requests of a connection");
  add_duration(command, "--body-timeout", timeouts.body_idle,
               "For a body of which no byte moves, either way");
  add_duration(command, "--connect-timeout", options.upstream_timeouts.connect,
               "For each backend that is tried");
  add_duration(command, "--response-timeout", options.upstream_timeouts.first_byte,
               "From the end of a request to the head of its answer");
  add_duration(command, "--drain-timeout", options.drain_timeout,
               "From SIGTERM until what is open is reset");
}

}  // namespace

CLI::App* add_http_command(CLI::App& app, HttpOptions& options) {
  CLI::App& command = *app.add_subcommand("http", "Balance HTTP/1.1 requests over backends");
  command.footer(kExample);
  add_quick_options(command, options);
  command
      .add_option("--trusted-hops", options.trusted_hops,
                  "Proxies in front of this one whose X-Forwarded-For is believed")
      ->check(CLI::Range(0U, http::kTrustedHopsMax))
      ->type_name("N")
      ->capture_default_str();
  add_timeouts(command, options);
  command
      .add_option("--pool-idle", options.pool.idle_max,
                  "Idle connections to backends that each worker keeps")
      ->check(CLI::Range(0, 100'000))
      ->type_name("N")
      ->capture_default_str();
  add_log(command, options.log, "One JSON line a request");
  return &command;
}

}  // namespace weir::app
