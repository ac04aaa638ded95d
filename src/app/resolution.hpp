#pragma once
// Resolution: the addresses behind the names of a command line or configuration, looked up before
// anything is started.
//
//   const auto found = resolve_all({{"--listen", listen}, {"--to", backend}}, log_file);
//   if (!found) print(found.error());      else (*found)[1] are the addresses of the second
//
// A name that is not known, or not in kResolveTimeout, is a problem that names it and the remedy.
// A lookup that has not ended by then cannot be stopped: print the problem and exit without waiting
// (real::AsioResolver).

#include <expected>
#include <string>
#include <vector>

#include "app/log_writer.hpp"
#include "base/endpoint.hpp"

namespace weir::app {

inline constexpr Duration kResolveTimeout = std::chrono::seconds(10);

struct NameToResolve {
  std::string where;  // that says so: "--to"
  HostPort name;
};

std::expected<std::vector<std::vector<Endpoint>>, std::string> resolve_all(
    const std::vector<NameToResolve>& names, LogFile& log);

}  // namespace weir::app
