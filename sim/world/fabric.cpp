#include "sim/world/fabric.hpp"

#include "base/assert.hpp"
#include "sim/world/addresses.hpp"
#include "sim/world/each_linked.hpp"
#include "sim/world/sockets.hpp"

namespace weir::sim::internal {

Connection& Fabric::connect(ConnectAttempt& attempt, const Connection::Side& client,
                            const Connection::Side& server) {
  auto made = std::make_unique<Connection>(*this, ++last_number_, client, server);
  Connection& connection = *made.release();  // owned by the list: remove() destroys it
  connections_.push_back(connection);
  ++open_;
  connection.connect(attempt);
  return connection;
}

void Fabric::remove(Connection& connection) noexcept {
  --open_;
  const std::unique_ptr<Connection> freed(&connection);
}

void Fabric::vanish(Sockets& host) {
  each_linked(connections_, [&host](Connection& connection) {
    for (const unsigned side : {0U, 1U}) {
      if (&connection.end(side).host == &host) connection.vanish(side);
    }
    connection.settle();
  });
}

std::size_t Fabric::reset_between(std::uint32_t a, std::uint32_t b) {
  std::size_t count = 0;
  each_linked(connections_, [&](Connection& connection) {
    const std::uint32_t client = connection.end(0).host.number();
    const std::uint32_t server = connection.end(1).host.number();
    const bool is_between = (client == a && server == b) || (client == b && server == a);
    if (is_between && connection.reset_by_middlebox()) ++count;
  });
  return count;
}

void Fabric::add(Sockets& host) {
  ASSERT(host.number() == hosts_.size() && host.number() < kHostsMax, "hosts are numbered in turn");
  hosts_.push_back(&host);
}

Sockets* Fabric::host_at(const Endpoint& address, Sockets& from) noexcept {
  if (is_loopback(address)) return &from;
  const std::optional<std::uint32_t> number = host_number_of(address);
  return number && *number < hosts_.size() ? hosts_[*number] : nullptr;
}

Link& Fabric::link(std::uint32_t from, std::uint32_t to) {
  std::unique_ptr<Link>& link = links_[{from, to}];
  if (!link) link = std::make_unique<Link>(kernel_, std::uint64_t{from} * 65536 + to);
  return *link;
}

const Link* Fabric::find_link(std::uint32_t from, std::uint32_t to) const {
  const auto found = links_.find({from, to});
  return found == links_.end() ? nullptr : found->second.get();
}

Fabric::~Fabric() {
  each_linked(connections_, [this](Connection& connection) { remove(connection); });
  ASSERT(open_ == 0, "every connection is accounted for");
}

}  // namespace weir::sim::internal
