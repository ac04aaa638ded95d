#pragma once
// The command line of `weir tcp`, checked: everything that can be known to be wrong without the
// network is refused here, naming the option, the value and what to write instead.
//
//   TcpOptions options;   CLI::App* tcp = add_tcp_command(app, options);   app.parse(argc, argv);

#include "app/quick_form.hpp"
#include "base/time.hpp"

namespace weir::app {

struct TcpOptions : QuickOptions {
  Duration connect_timeout{};
  Duration idle_timeout{};
  Duration half_close_timeout{};
  Duration drain_timeout{};
};

// Adds the sub-command; `options` is filled when it is parsed and outlives `app`.
CLI::App* add_tcp_command(CLI::App& app, TcpOptions& options);

}  // namespace weir::app
