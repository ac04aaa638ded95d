#pragma once
// The command line of weir-backend, checked: what can be known to be wrong without the network is
// refused here, naming the option, the value and what to write instead.

#include <cstdint>

#include "backend/site.hpp"
#include "base/endpoint.hpp"

namespace CLI {
class App;
}

namespace weir::backend {

struct Options {
  HostPort listen;
  SiteOptions site;        // without a name: what the backend listens on
  std::uint64_t seed = 0;  // of injected failures and jitter; 0: from the system
};

// Adds all options; `options` is filled when `app` is parsed and outlives it.
void add_options(CLI::App& app, Options& options);

// What no single option can know; empty when the options fit together.
std::string find_conflict(const CLI::App& app);

std::string_view to_string(Mode mode) noexcept;  // "http", "echo", ...

}  // namespace weir::backend
