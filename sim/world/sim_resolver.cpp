#include "sim/world/sim_resolver.hpp"

#include <optional>

namespace weir::sim::internal {

task::Task<Result<std::vector<Endpoint>>> SimResolver::resolve(HostPort name, TimePoint) {
  std::vector<Endpoint> found = find(name);
  if (found.empty()) {
    const Error unknown{ErrorCode::name_not_found, Side::upstream, true};
    co_return std::unexpected(unknown);
  }
  co_return found;
}

std::vector<Endpoint> SimResolver::find(const HostPort& name) const {
  const std::optional<Endpoint> literal = parse_endpoint(name.host, name.port);
  if (literal) return {*literal};
  auto found = set_.find(name.host);
  if (found == set_.end()) {
    found = hosts_.find(name.host);
    if (found == hosts_.end()) return {};
  }
  std::vector<Endpoint> addresses = found->second;
  for (Endpoint& address : addresses) address.port = name.port;
  return addresses;
}

void SimResolver::set(std::string name, std::vector<Endpoint> addresses) {
  set_.insert_or_assign(std::move(name), std::move(addresses));
}

void SimResolver::add_host(const std::string& name, const Endpoint& address) {
  hosts_[name] = {address};
}

}  // namespace weir::sim::internal
