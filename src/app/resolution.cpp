#include "app/resolution.hpp"

#include <cstdio>

#include <fmt/format.h>
#include <unistd.h>

#include "base/print.hpp"
#include "real/asio_world.hpp"

namespace weir::app {
namespace {

struct Lookup {
  std::vector<std::vector<Endpoint>> found;
  std::string problem;
};

// All references outlive the Task.
task::Task<> look_up(io::World& world, const std::vector<NameToResolve>& names, Lookup& lookup) {
  const TimePoint deadline = after(world.timers.now(), kResolveTimeout);
  for (const NameToResolve& wanted : names) {
    auto addresses = co_await world.resolver.resolve(wanted.name, deadline);
    if (!addresses) {
      lookup.problem =
          fmt::format("{} {}: {}; check the spelling, /etc/hosts and the name server", wanted.where,
                      to_string(wanted.name), to_string(addresses.error().code));
      if (addresses.error().code == ErrorCode::timed_out) {
        print_text(stderr, fmt::format("weir: {}\n", lookup.problem));
        ::_exit(1);  // the thread that still looks it up would be waited for
      }
      co_return;
    }
    lookup.found.push_back(std::move(*addresses));
  }
}

}  // namespace

std::expected<std::vector<std::vector<Endpoint>>, std::string> resolve_all(
    const std::vector<NameToResolve>& names, LogFile& log_file) {
  LogWriter log(log_file);
  real::AsioWorld world(log);
  Lookup lookup;
  world.spawn(look_up(world.world(), names, lookup));
  world.run();
  if (!lookup.problem.empty()) return std::unexpected(lookup.problem);
  return std::move(lookup.found);
}

}  // namespace weir::app
