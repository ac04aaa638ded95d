#include "app/served_proxies.hpp"

#include <utility>

#include "app/access_log.hpp"
#include "app/session_log.hpp"
#include "proxy/http_proxy.hpp"

namespace weir::app {
namespace {

class ServedHttp final : public ServedProxy {
 public:
  ServedHttp(const WorkerContext& context, std::unique_ptr<io::Listener> listener,
             proxy::HttpOptions options)
      : observer_(context.log, context.world.wall_clock, context.index),
        proxy_(context.world, std::move(listener), std::move(options), observer_) {}

  task::Task<> run() override { return proxy_.run(); }
  void drain() override { proxy_.drain(); }

  std::vector<NamedCounter> counters() const override {
    const proxy::HttpCounters counted = proxy_.counters();
    return {{"connections", counted.accepted},
            {"requests", counted.requests},
            {"complete", counted.complete},
            {"answered_by_us", counted.answered_by_us},
            {"failed", counted.failed},
            {"resent", counted.resent},
            {"upstream_connects", counted.connects},
            {"connects_failed", counted.connects_failed},
            {"accept_pauses", counted.accept_pauses},
            {"bytes_in", counted.bytes_in},
            {"bytes_out", counted.bytes_out},
            {"open_max", counted.open_max}};
  }

 private:
  AccessLog observer_;
  proxy::HttpProxy proxy_;
};

class ServedTcp final : public ServedProxy {
 public:
  ServedTcp(const WorkerContext& context, std::unique_ptr<io::Listener> listener,
            proxy::TcpProxyOptions options, lb::Cluster& balance)
      : observer_(context.log, context.world.wall_clock, context.index),
        proxy_(context.world, std::move(listener), std::move(options), balance, observer_) {}

  task::Task<> run() override { return proxy_.run(); }
  void drain() override { proxy_.drain(); }

  std::vector<NamedCounter> counters() const override {
    const proxy::TcpProxyCounters counted = proxy_.counters();
    return {{"sessions", counted.accepted},
            {"finished", counted.finished},
            {"failed", counted.failed},
            {"connects_failed", counted.connects_failed},
            {"accept_pauses", counted.accept_pauses},
            {"from_clients", counted.bytes_from_clients},
            {"from_upstreams", counted.bytes_from_upstreams},
            {"open_max", counted.open_max}};
  }

 private:
  SessionLog observer_;
  proxy::TcpProxy proxy_;
};

}  // namespace

MakeProxy serve_http(proxy::HttpOptions options) {
  return [options = std::move(options)](const WorkerContext& context,
                                        std::unique_ptr<io::Listener> listener) {
    proxy::HttpOptions own = options;
    own.connections_max = context.connections_max;
    return std::make_unique<ServedHttp>(context, std::move(listener), std::move(own));
  };
}

MakeProxy serve_tcp(proxy::TcpProxyOptions options, lb::Cluster& balance) {
  return [options = std::move(options), &balance](const WorkerContext& context,
                                                  std::unique_ptr<io::Listener> listener) {
    proxy::TcpProxyOptions own = options;
    own.connections_max = context.connections_max;
    return std::make_unique<ServedTcp>(context, std::move(listener), std::move(own), balance);
  };
}

}  // namespace weir::app
