#pragma once
// What several commands read from the command line in the same way: addresses and times. Each
// refuses what it cannot read with a message that names the option, the value and what to write.
//
//   add_address(command, "--listen", options.listen, "Where clients connect");
//   add_duration(command, "--idle-timeout", options.idle_timeout, "...");

#include <string>
#include <vector>

#include "base/endpoint.hpp"
#include "base/time.hpp"
#include "lb/policy.hpp"

namespace CLI {
class App;
}

namespace weir::app {

void add_listen(CLI::App& command, HostPort& value);
void add_backends(CLI::App& command, std::vector<HostPort>& value);
void add_duration(CLI::App& command, const std::string& option, Duration& value,
                  const std::string& help);  // the value is the default
void add_balance(CLI::App& command, lb::Policy& value);
void add_workers(CLI::App& command, std::size_t& value);
void add_connections_max(CLI::App& command, std::size_t& value);
void add_log(CLI::App& command, std::string& value, const std::string& help);

}  // namespace weir::app
