#pragma once
// SimResolver: the io::Resolver of every host: the hosts' names and names made by hand. It answers
// at once; slow or failing name servers are a fault of their own.
//
//   names.set("backend", {endpoint});   names.set("gone", {});     // an unknown name

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "io/connector.hpp"

namespace weir::sim::internal {

class SimResolver final : public io::Resolver {
 public:
  // Ports are those that are asked for. What is set comes before a host of the same name.
  void set(std::string name, std::vector<Endpoint> addresses);
  void add_host(const std::string& name, const Endpoint& address);

  // The resolver outlives the Task.
  task::Task<Result<std::vector<Endpoint>>> resolve(HostPort name, TimePoint deadline) override;

 private:
  using Names = std::map<std::string, std::vector<Endpoint>, std::less<>>;

  std::vector<Endpoint> find(const HostPort& name) const;

  Names set_;
  Names hosts_;
};

}  // namespace weir::sim::internal
