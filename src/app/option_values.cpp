#include "app/option_values.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "config/units.hpp"

namespace weir::app {
namespace {

constexpr Duration kLongest = std::chrono::hours(24 * 365);

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

}  // namespace

void add_listen(CLI::App& command, HostPort& value) {
  command
      .add_option_function<std::string>(
          "--listen",
          [&value](const std::string& text) { value = read_host_port("--listen", text); },
          "Where clients connect: of a name its first address; port 0 picks a free one")
      ->type_name("HOST:PORT")
      ->required();
}

void add_backends(CLI::App& command, std::vector<HostPort>& value) {
  command
      .add_option_function<std::vector<std::string>>(
          "--to",
          [&value](const std::vector<std::string>& texts) {
            for (const std::string& text : texts) {
              value.push_back(read_host_port("--to", text));
              if (value.back().port == 0) {
                refuse("--to", fmt::format("\"{}\": a backend needs a port from 1 to 65535", text));
              }
            }
          },
          "The backends; a name with several addresses counts as that many backends")
      ->type_name("HOST:PORT[,..]")
      ->delimiter(',')
      ->required();
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

void add_balance(CLI::App& command, lb::Policy& value) {
  std::vector<std::string> names;
  for (const lb::PolicyFacts& policy : lb::policies()) names.emplace_back(policy.name);
  command
      .add_option_function<std::string>(
          "--balance", [&value](const std::string& name) { value = *lb::parse_policy(name); },
          "Who comes next; hashing policies hash the client's address")
      ->check(CLI::IsMember(names))
      ->default_str(std::string(lb::to_string(value)));
}

void add_workers(CLI::App& command, std::size_t& value) {
  command.add_option("--workers", value, "Threads; 0 is one for each processor")
      ->check(CLI::Range(0, 256))
      ->type_name("N")
      ->capture_default_str();
}

void add_connections_max(CLI::App& command, std::size_t& value) {
  command
      .add_option("--max-connections", value,
                  "Clients at a time in all workers; further ones wait in the kernel's backlog. 0 "
                  "is as many as file descriptors allow (two a connection)")
      ->check(CLI::Range(0, 10'000'000))
      ->type_name("N")
      ->capture_default_str();
}

void add_log(CLI::App& command, std::string& value, const std::string& help) {
  command
      .add_option("--log", value, help + ": a file that is appended to, - for standard error, none")
      ->type_name("FILE|-|none")
      ->capture_default_str();
}

}  // namespace weir::app
