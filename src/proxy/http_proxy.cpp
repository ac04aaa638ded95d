#include "proxy/http_proxy.hpp"

#include <utility>

#include "base/assert.hpp"
#include "proxy/http_session.hpp"

namespace weir::proxy {

task::Task<> HttpProxy::run() {
  co_await server_.run();
  for (Upstreams& upstreams : worker_.upstreams) upstreams.pool.close_idle();
}

void HttpProxy::drain() {
  worker_.draining = true;
  server_.drain();
}

task::Task<> HttpProxy::session(std::unique_ptr<io::Stream> client, std::uint64_t number) {
  return run_http_session(worker_, std::move(client), number);
}

void HttpProxy::drain_begins() {
  while (!worker_.idle.empty()) {
    IdleSession& session = worker_.idle.front();
    session.unlink();
    session.drain();
  }
}

HttpCounters HttpProxy::counters() const noexcept {
  HttpCounters all = worker_.counters;
  static_cast<ServerCounters&>(all) = server_.counters();
  return all;
}

HttpProxy::HttpProxy(io::World& world, std::unique_ptr<io::Listener> listener, HttpOptions options,
                     RequestObserver& observer)
    : options_(std::move(options)),
      worker_(world, options_, observer),
      server_(world, std::move(listener),
              ServerOptions{options_.connections_max, options_.drain_timeout}, *this,
              worker_.without_descriptor) {
  ASSERT(options_.routing != nullptr && !options_.clusters.empty(),
         "requests have somewhere to go");
}

}  // namespace weir::proxy
