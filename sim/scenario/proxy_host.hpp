#pragma once
// ProxyHost: the real proxy of src/proxy on a simulated host: N workers that share a port and the
// choice of backends, as `weir tcp` and `weir http` run them, and what an observer outside can see.
//
//   ProxyHost proxy(host, plan, backends);
//   proxy.start(panel);                 // now, and again whenever the host restarts
//   proxy.drain();
//
// With health checks, one more program of the host is the process's health checker.
// There is nothing simulated in a worker: it is the same proxy::TcpProxy or proxy::HttpProxy, on
// the host's io::World.

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "control/health_checker.hpp"
#include "lb/cluster.hpp"
#include "lb/round_robin.hpp"
#include "proxy/http_proxy.hpp"
#include "proxy/tcp_proxy.hpp"
#include "sim/check/panel.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/world/host.hpp"

namespace weir::sim::scenario {

struct ProxyBackend {
  Endpoint address;
  std::uint32_t weight = 1;
};

class ProxyHost final : public check::ProxyProbe {
 public:
  // The host outlives it; the panel, too.
  ProxyHost(Host& host, const ProxyPlan& plan, const std::vector<ProxyBackend>& backends);

  void start(check::Panel& panel);
  void drain();           // all workers
  void report_unended();  // tells the panel of workers that have not ended
  Endpoint address() const { return host_.at(port_); }
  Host& host() noexcept { return host_; }

  std::uint64_t blocks_lent() const override { return host_.world().buffers.borrowed(); }
  std::uint64_t open_sessions() const override;
  check::HttpGaugeValues http_gauges() const override;

 private:
  class Server;
  class TcpServer;
  class HttpServer;
  class Worker;
  class Checker;
  static task::Task<> run_checker(io::World& world, ProxyHost& proxy);
  static task::Task<> run_worker(io::World& world, ProxyHost& proxy);
  static task::Task<> serve_tcp(Worker& worker, io::World& world,
                                std::unique_ptr<io::Listener> listener);
  static task::Task<> serve_http(Worker& worker, io::World& world,
                                 std::unique_ptr<io::Listener> listener);
  std::vector<control::HealthPlan> health_plans();

  Host& host_;
  const ProxyMode mode_;
  const std::uint64_t workers_;
  const std::uint16_t port_;
  const int backlog_;
  const proxy::TcpProxyOptions options_;
  lb::Cluster cluster_;
  proxy::HttpOptions http_;  // mode http
  const std::optional<HealthCheckPlan> health_;
  check::Panel* panel_ = nullptr;  // null until start()
  std::vector<Worker*> running_;   // each in the frame of its program
  std::size_t workers_begun_ = 0;
  Checker* checker_ = nullptr;  // in the frame of its program, while it runs
};

}  // namespace weir::sim::scenario
