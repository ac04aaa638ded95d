#pragma once
// The command line of `weir tcp`, checked: everything that can be known to be wrong without the
// network is refused here, naming the option, the value and what to write instead.
//
//   TcpOptions options;   CLI::App* tcp = add_tcp_command(app, options);   app.parse(argc, argv);

#include <cstddef>
#include <string>
#include <vector>

#include "base/endpoint.hpp"
#include "base/time.hpp"
#include "lb/policy.hpp"

namespace CLI {
class App;
}

namespace weir::app {

struct TcpOptions {
  HostPort listen;
  std::vector<HostPort> to;
  lb::Policy policy = lb::Policy::round_robin;
  std::size_t workers = 0;          // 0: one for each processor
  std::size_t connections_max = 0;  // of the process; 0: as many as file descriptors allow
  Duration connect_timeout{};
  Duration idle_timeout{};
  Duration half_close_timeout{};
  Duration drain_timeout{};
  std::string log = "-";
};

// Adds the sub-command; `options` is filled when it is parsed and outlives `app`.
CLI::App* add_tcp_command(CLI::App& app, TcpOptions& options);

}  // namespace weir::app
