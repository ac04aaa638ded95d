#pragma once
// Fabric: what the hosts of a network share: the links between them and the connections.
//
//   fabric.connect(attempt, {client, local}, {server, remote});    // a SYN leaves
//
// Connections live here, numbered from 1, until neither side knows of them any more.

#include <cstdint>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "base/intrusive_list.hpp"
#include "sim/world/connection.hpp"
#include "sim/world/link.hpp"

namespace weir::sim::internal {

class Fabric {
 public:
  explicit Fabric(Kernel& kernel) noexcept : kernel_(kernel) {}
  ~Fabric();
  Fabric(const Fabric&) = delete;
  Fabric& operator=(const Fabric&) = delete;

  Kernel& kernel() noexcept { return kernel_; }

  void add(Sockets& host);  // in order of their numbers; they live as long as this
  // Whom `from` reaches at that address; nullptr when there is nobody.
  Sockets* host_at(const Endpoint& address, Sockets& from) noexcept;

  Link& link(std::uint32_t from, std::uint32_t to);  // made when first asked for
  const Link* find_link(std::uint32_t from, std::uint32_t to) const;

  Connection& connect(ConnectAttempt& attempt, const Connection::Side& client,
                      const Connection::Side& server);
  void remove(Connection& connection) noexcept;  // destroys it
  std::size_t connections() const noexcept { return open_; }

  void vanish(Sockets& host);  // every connection of a host that lost its power
  std::size_t reset_between(std::uint32_t a, std::uint32_t b);

 private:
  Kernel& kernel_;
  std::vector<Sockets*> hosts_;
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::unique_ptr<Link>> links_;
  IntrusiveList<Connection> connections_;  // owned; in order of their numbers
  std::size_t open_ = 0;
  std::uint64_t last_number_ = 0;
};

}  // namespace weir::sim::internal
