#include "app/tcp_options.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "config/units.hpp"
#include "proxy/tcp_proxy.hpp"

namespace weir::app {
namespace {

constexpr Duration kLongest = std::chrono::hours(24 * 365);

constexpr const char* kExample = R"(
Example: three backends, taken in turn
  weir tcp --listen 0.0.0.0:8080 --to 10.0.0.1:80,10.0.0.2:80,[fd00::3]:80

SIGTERM or SIGINT stops accepting, lets the sessions finish for up to --drain-timeout and
exits 0; a second one exits at once. Weir prints "listening tcp ADDRESS:PORT" to standard output
once it accepts.)";

[[noreturn]] void refuse(const std::string& option, const std::string& problem) {
  throw CLI::ValidationError(option, problem);
}

HostPort read_host_port(const std::string& option, const std::string& text) {
  const std::optional<HostPort> host_port = parse_host_port(text);
  if (!host_port) {
    refuse(option, fmt::format("\"{}\" is not HOST:PORT; write 127.0.0.1:8080, [::1]:8080 or "
                               "name.example:8080 (ports 0 to 65535)",
                               text));
  }
  return *host_port;
}

void add_duration(CLI::App& command, const std::string& option, Duration& value,
                  const std::string& help) {
  command
      .add_option_function<std::string>(
          option,
          [option, &value](const std::string& text) {
            const std::optional<Duration> parsed = config::parse_duration(text);
            if (!parsed || *parsed <= Duration::zero() || *parsed > kLongest) {
              refuse(option, fmt::format("\"{}\" is not a time from 1ns to one year; write {}",
                                         text, config::kDurationForm));
            }
            value = *parsed;
          },
          help)
      ->type_name("TIME")
      ->default_str(config::to_string(value));
}

void add_addresses(CLI::App& command, TcpOptions& options) {
  command
      .add_option_function<std::string>(
          "--listen",
          [&options](const std::string& text) {
            options.listen = read_host_port("--listen", text);
          },
          "Where clients connect; port 0 picks a free one. A name stands for its first address "
          "only")
      ->type_name("HOST:PORT")
      ->required();
  command
      .add_option_function<std::vector<std::string>>(
          "--to",
          [&options](const std::vector<std::string>& texts) {
            for (const std::string& text : texts) {
              options.to.push_back(read_host_port("--to", text));
              if (options.to.back().port == 0) {
                refuse("--to", fmt::format("\"{}\": a backend needs a port from 1 to 65535", text));
              }
            }
          },
          "The backends; a name with several addresses counts as that many backends")
      ->type_name("HOST:PORT[,..]")
      ->delimiter(',')
      ->required();
}

}  // namespace

CLI::App* add_tcp_command(CLI::App& app, TcpOptions& options) {
  const proxy::TcpProxyOptions defaults;
  options.connect_timeout = defaults.connect_timeout;
  options.idle_timeout = defaults.idle_timeout;
  options.half_close_timeout = defaults.half_close_timeout;
  options.drain_timeout = defaults.drain_timeout;

  CLI::App& command = *app.add_subcommand("tcp", "Balance TCP connections over backends");
  command.footer(kExample);
  add_addresses(command, options);
  command.add_option("--balance", options.balance, "Who gets the next connection")
      ->check(CLI::IsMember({"round_robin"}))
      ->capture_default_str();
  command.add_option("--workers", options.workers, "Threads; 0 is one for each processor")
      ->check(CLI::Range(0, 256))
      ->type_name("N")
      ->capture_default_str();
  command
      .add_option("--max-connections", options.connections_max,
                  "Clients at a time in all workers; further ones wait in the kernel's backlog. 0 "
                  "is as many as file descriptors allow (two a connection)")
      ->check(CLI::Range(0, 10'000'000))
      ->type_name("N")
      ->capture_default_str();
  add_duration(command, "--connect-timeout", options.connect_timeout,
               "For each backend that is tried");
  add_duration(command, "--idle-timeout", options.idle_timeout,
               "Reset both sides after no byte in either direction for so long");
  add_duration(command, "--half-close-timeout", options.half_close_timeout,
               "The same once one side has ended its direction");
  add_duration(command, "--drain-timeout", options.drain_timeout,
               "From SIGTERM until open sessions are reset");
  command
      .add_option("--log", options.log,
                  "One line a session: a file that is appended to, - for standard error, none")
      ->type_name("FILE|-|none")
      ->capture_default_str();
  return &command;
}

}  // namespace weir::app
