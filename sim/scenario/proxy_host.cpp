#include "sim/scenario/proxy_host.hpp"

#include <algorithm>
#include <utility>

#include "task/race.hpp"

namespace weir::sim::scenario {
namespace {

proxy::TcpProxyOptions tcp_options(const ProxyPlan& plan,
                                   const std::vector<ProxyBackend>& backends) {
  proxy::TcpProxyOptions options = plan.options;
  for (const ProxyBackend& backend : backends) options.backends.push_back(backend.address);
  return options;
}

std::vector<lb::BackendSpec> specs_of(const std::vector<ProxyBackend>& backends) {
  std::vector<lb::BackendSpec> specs;
  for (const ProxyBackend& backend : backends) {
    specs.push_back(lb::BackendSpec{to_string(backend.address), backend.weight});
  }
  return specs;
}

std::shared_ptr<const proxy::Routing> everything_to_one_cluster() {
  proxy::Route all;
  all.name = "all";
  proxy::Destination to_all{0, all.name, http::ForwardPolicy(http::ForwardOptions())};
  return std::make_shared<proxy::Routing>(
      proxy::Routing{proxy::RouteTable({all}), {std::move(to_all)}});
}

proxy::HttpOptions http_options(const ProxyPlan& plan, const proxy::TcpProxyOptions& tcp,
                                lb::Cluster& cluster) {
  proxy::HttpOptions options;
  options.clusters.push_back({.name = "all",
                              .balance = cluster,
                              .backends = tcp.backends,
                              .hash = plan.http.hash,
                              .pool = plan.http.pool,
                              .tries_max = plan.http.tries_max,
                              .timeouts = plan.http.upstream});
  options.routing = everything_to_one_cluster();
  options.timeouts = plan.http.timeouts;
  options.clusters.back().timeouts.connect = tcp.connect_timeout;
  options.connections_max = tcp.connections_max;
  options.requests_max = plan.http.requests_max;
  options.drain_timeout = tcp.drain_timeout;
  return options;
}

}  // namespace

// A worker's proxy, whatever it speaks.
class ProxyHost::Server {
 public:
  virtual void drain() = 0;
  virtual check::WorkerFacts facts() const = 0;
  virtual void add_to(check::HttpGaugeValues&) const {}

 protected:
  ~Server() = default;

  template <class Proxy>
  static check::WorkerFacts facts_of(const Proxy& proxy) {
    check::WorkerFacts facts;
    facts.accepted = proxy.counters().accepted;
    facts.open_sessions = proxy.open_sessions();
    facts.accept_pauses = proxy.counters().accept_pauses;
    facts.open_max = proxy.counters().open_max;
    return facts;
  }
};

class ProxyHost::TcpServer final : public Server {
 public:
  explicit TcpServer(proxy::TcpProxy& proxy) noexcept : proxy_(proxy) {}
  void drain() override { proxy_.drain(); }
  check::WorkerFacts facts() const override { return facts_of(proxy_); }

 private:
  proxy::TcpProxy& proxy_;
};

class ProxyHost::HttpServer final : public Server {
 public:
  HttpServer(proxy::HttpProxy& proxy, std::uint32_t backends) noexcept
      : proxy_(proxy), backends_(backends) {}
  void drain() override { proxy_.drain(); }

  check::WorkerFacts facts() const override {
    check::WorkerFacts facts = facts_of(proxy_);
    facts.tells_sessions = false;
    return facts;
  }

  void add_to(check::HttpGaugeValues& gauges) const override {
    const proxy::UpstreamPool& pool = proxy_.pool(0);
    gauges.upstream_idle += pool.idle();
    for (std::uint32_t backend = 0; backend < backends_; ++backend) {
      gauges.upstream_open += pool.open(backend);
      gauges.requests_waiting += pool.waiting(backend);
    }
  }

 private:
  proxy::HttpProxy& proxy_;
  std::uint32_t backends_;
};

// The health checker, in the frame of its program.
class ProxyHost::Checker final : public control::HealthObserver {
 public:
  Checker(io::World& world, ProxyHost& owner)
      : owner_(owner),
        last_worker_ended_(world.run_queue),
        checker_(world, owner.health_plans(), *this) {
    owner_.checker_ = this;
  }
  ~Checker() { owner_.checker_ = nullptr; }
  Checker(const Checker&) = delete;
  Checker& operator=(const Checker&) = delete;

  task::Task<> run() { return checker_.run(); }
  task::Task<> last_worker_ended() {
    while (!ends_) co_await last_worker_ended_.wait();
  }
  void end() {
    ends_ = true;
    last_worker_ended_.signal();
  }

  void health_changed(std::size_t, std::uint32_t backend, const lb::Transition& change) override {
    owner_.panel_->http().health_changed(backend, change);
  }

 private:
  ProxyHost& owner_;
  task::Event last_worker_ended_;
  bool ends_ = false;
  control::HealthChecker checker_;
};

// A worker's place on the list of those that run, in the frame of its program; it outlives the
// proxy, so that sessions that die with the process are still reported.
class ProxyHost::Worker final : public proxy::SessionObserver, public proxy::RequestObserver {
 public:
  explicit Worker(ProxyHost& owner) : owner_(owner), number_(owner.workers_begun_++) {
    owner_.running_.push_back(this);
  }
  ~Worker() {
    std::erase(owner_.running_, this);
    if (owner_.running_.empty() && owner_.checker_ != nullptr) owner_.checker_->end();
    if (told_) return;
    check::WorkerFacts facts;
    facts.died = true;
    facts.accepted = reported_;
    owner_.panel_->worker_ended(number_, facts);
  }
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  void session_ended(const proxy::SessionRecord& record) override {
    ++reported_;
    owner_.panel_->session_ended(number_, record);
  }
  void request_ended(const proxy::RequestRecord& record) override {
    owner_.panel_->http().request_proxied(record);
  }

  void serves(Server& server) noexcept { server_ = &server; }
  void serves_no_more() noexcept { server_ = nullptr; }
  Server* server() noexcept { return server_; }
  ProxyHost& owner() noexcept { return owner_; }

  void tell(bool ended) {
    told_ = true;
    check::WorkerFacts facts = server_->facts();
    facts.ended = ended;
    owner_.panel_->worker_ended(number_, facts);
  }

 private:
  ProxyHost& owner_;
  std::size_t number_;
  Server* server_ = nullptr;
  std::uint64_t reported_ = 0;
  bool told_ = false;
};

task::Task<> ProxyHost::run_worker(io::World& world, ProxyHost& proxy) {
  io::ListenOptions options;
  options.backlog = proxy.backlog_;
  options.share_port = proxy.workers_ > 1;
  Result<std::unique_ptr<io::Listener>> listener = world.listeners.listen(proxy.address(), options);
  if (!listener) {
    proxy.panel_->proxy_cannot_listen(std::string(to_string(listener.error().code)));
    co_return;
  }
  Worker worker(proxy);
  if (proxy.mode_ == ProxyMode::tcp) {
    co_await serve_tcp(worker, world, std::move(*listener));
  } else {
    co_await serve_http(worker, world, std::move(*listener));
  }
}

// The Worker and the World outlive the Task. The proxy is alive until after run(); ProxyHost looks
// at it through the Worker, which is off the list before it could be gone unnoticed.
task::Task<> ProxyHost::serve_tcp(Worker& worker, io::World& world,
                                  std::unique_ptr<io::Listener> listener) {
  ProxyHost& owner = worker.owner();
  proxy::TcpProxy proxy(world, std::move(listener), owner.options_, owner.cluster_, worker);
  TcpServer server(proxy);
  worker.serves(server);
  co_await proxy.run();
  worker.tell(true);
  worker.serves_no_more();
}

// Likewise.
task::Task<> ProxyHost::serve_http(Worker& worker, io::World& world,
                                   std::unique_ptr<io::Listener> listener) {
  ProxyHost& owner = worker.owner();
  proxy::HttpProxy proxy(world, std::move(listener), owner.http_, worker);
  HttpServer server(proxy, static_cast<std::uint32_t>(owner.options_.backends.size()));
  worker.serves(server);
  co_await proxy.run();
  worker.tell(true);
  worker.serves_no_more();
}

// It ends with the last worker: they are one process.
task::Task<> ProxyHost::run_checker(io::World& world, ProxyHost& proxy) {
  Checker checker(world, proxy);
  co_await task::race(checker.run(), checker.last_worker_ended());
}

std::vector<control::HealthPlan> ProxyHost::health_plans() {
  std::vector<control::HealthPlan> plans;
  plans.push_back({.cluster = "all",
                   .balance = cluster_,
                   .backends = options_.backends,
                   .probe = health_->probe,
                   .machine = health_->machine});
  return plans;
}

ProxyHost::ProxyHost(Host& host, const ProxyPlan& plan, const std::vector<ProxyBackend>& backends)
    : host_(host),
      mode_(plan.mode),
      workers_(plan.workers),
      port_(plan.port),
      backlog_(plan.backlog),
      options_(tcp_options(plan, backends)),
      cluster_(plan.http.balance, specs_of(backends)),
      http_(http_options(plan, options_, cluster_)),
      health_(plan.http.health) {}

void ProxyHost::start(check::Panel& panel) {
  panel_ = &panel;
  for (std::uint64_t i = 0; i < workers_; ++i) {
    host_.start([this](io::World& world) { return run_worker(world, *this); });
  }
  if (mode_ == ProxyMode::http && health_) {
    host_.start([this](io::World& world) { return run_checker(world, *this); });
  }
}

void ProxyHost::drain() {
  for (Worker* worker : running_) {
    if (worker->server() != nullptr) worker->server()->drain();
  }
}

void ProxyHost::report_unended() {
  for (Worker* worker : running_) {
    if (worker->server() != nullptr) worker->tell(false);
  }
}

std::uint64_t ProxyHost::open_sessions() const {
  std::uint64_t open = 0;
  for (Worker* worker : running_) {
    if (worker->server() != nullptr) open += worker->server()->facts().open_sessions;
  }
  return open;
}

check::HttpGaugeValues ProxyHost::http_gauges() const {
  check::HttpGaugeValues gauges;
  gauges.requests_in_flight = cluster_.in_flight();
  for (Worker* worker : running_) {
    if (worker->server() != nullptr) worker->server()->add_to(gauges);
  }
  return gauges;
}

}  // namespace weir::sim::scenario
