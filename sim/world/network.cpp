#include "sim/world/network.hpp"

#include <map>
#include <utility>
#include <vector>

#include "base/assert.hpp"
#include "sim/world/fabric.hpp"
#include "sim/world/sim_host.hpp"

namespace weir::sim {

class Network::State {
 public:
  explicit State(Kernel& kernel) : fabric(kernel) {}

  // All sockets go before any program does, so that no program sees another one's end.
  ~State() {
    for (const auto& host : hosts) host->lose_sockets();
    for (const auto& host : hosts) host->end_process();
  }

  internal::Link& link(const Host& from, const Host& to) {
    return fabric.link(from.number(), to.number());
  }

  internal::Fabric fabric;
  internal::SimResolver names;
  LogHook log;
  std::vector<std::unique_ptr<internal::SimHost>> hosts;
  std::map<std::string, internal::SimHost*, std::less<>> by_name;
};

Network::Network(Kernel& kernel) : state_(std::make_unique<State>(kernel)) {}
Network::~Network() = default;

Kernel& Network::kernel() noexcept { return state_->fabric.kernel(); }

Host& Network::add_host(std::string name) {
  ASSERT(find_host(name) == nullptr, "hosts have different names");
  const internal::SimHost::Shared shared{state_->fabric, state_->names, state_->log};
  const auto number = static_cast<std::uint32_t>(state_->hosts.size());
  auto host = std::make_unique<internal::SimHost>(shared, std::move(name), number);
  state_->names.add_host(host->name(), host->at(0));
  state_->by_name.emplace(host->name(), host.get());
  state_->hosts.push_back(std::move(host));
  return *state_->hosts.back();
}

Host* Network::find_host(std::string_view name) {
  const auto found = state_->by_name.find(name);
  return found == state_->by_name.end() ? nullptr : found->second;
}

void Network::set_name(std::string name, std::vector<Endpoint> addresses) {
  state_->names.set(std::move(name), std::move(addresses));
}

void Network::set_link(const Host& from, const Host& to, const LinkOptions& options) {
  state_->link(from, to).set_options(options);
}

LinkOptions Network::link(const Host& from, const Host& to) const {
  const internal::Link* link = state_->fabric.find_link(from.number(), to.number());
  return link == nullptr ? kDefaultLink : link->options();
}

void Network::cut(const Host& from, const Host& to) { state_->link(from, to).cut(); }
void Network::heal(const Host& from, const Host& to) { state_->link(from, to).heal(); }

std::size_t Network::reset_connections(const Host& a, const Host& b) {
  return state_->fabric.reset_between(a.number(), b.number());
}

std::size_t Network::connections() const noexcept { return state_->fabric.connections(); }

void Network::set_log(LogHook hook) { state_->log = std::move(hook); }

}  // namespace weir::sim
