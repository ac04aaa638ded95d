#include "proxy/tcp_proxy.hpp"

#include <utility>

#include "base/assert.hpp"
#include "proxy/tcp_session.hpp"

namespace weir::proxy {

TcpProxy::TcpProxy(io::World& world, std::unique_ptr<io::Listener> listener,
                   TcpProxyOptions options, lb::Cluster& balance, SessionObserver& observer)
    : options_(std::move(options)),
      context_{world, options_, balance, *this, without_descriptor_},
      observer_(observer),
      server_(world, std::move(listener),
              ServerOptions{options_.connections_max, options_.drain_timeout}, *this,
              without_descriptor_) {
  ASSERT(options_.backends.size() == balance.size(), "every backend has an address");
}

task::Task<> TcpProxy::session(std::unique_ptr<io::Stream> client, std::uint64_t number) {
  return run_tcp_session(context_, std::move(client), number);
}

TcpProxyCounters TcpProxy::counters() const noexcept {
  TcpProxyCounters all = counters_;
  static_cast<ServerCounters&>(all) = server_.counters();
  return all;
}

void TcpProxy::session_ended(const SessionRecord& record) {
  ++(record.end == SessionEnd::finished ? counters_.finished : counters_.failed);
  counters_.connects_failed += record.connects_failed;
  counters_.bytes_from_clients += record.bytes_from_client;
  counters_.bytes_from_upstreams += record.bytes_from_upstream;
  observer_.session_ended(record);
}

}  // namespace weir::proxy
