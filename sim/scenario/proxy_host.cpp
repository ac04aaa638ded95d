#include "sim/scenario/proxy_host.hpp"

#include <algorithm>
#include <utility>

namespace weir::sim::scenario {

// A worker's place on the list of those that run, in the frame of its program; it outlives the
// TcpProxy, so that sessions that die with the process are still reported.
class ProxyHost::Worker final : public proxy::SessionObserver {
 public:
  explicit Worker(ProxyHost& owner) : owner_(owner), number_(owner.workers_begun_++) {
    owner_.running_.push_back(this);
  }
  ~Worker() {
    std::erase(owner_.running_, this);
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

  void serves(proxy::TcpProxy& server) noexcept { server_ = &server; }
  void serves_no_more() noexcept { server_ = nullptr; }
  proxy::TcpProxy* server() noexcept { return server_; }

  void tell(bool ended) {
    told_ = true;
    check::WorkerFacts facts = facts_of(*server_);
    facts.ended = ended;
    owner_.panel_->worker_ended(number_, facts);
  }

 private:
  ProxyHost& owner_;
  std::size_t number_;
  proxy::TcpProxy* server_ = nullptr;
  std::uint64_t reported_ = 0;
  bool told_ = false;
};

// The proxy::TcpProxy is alive until after run(); ProxyHost looks at it through the Worker, which
// is off the list before the frame is gone.
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
  proxy::TcpProxy server(world, std::move(*listener), proxy.options_, proxy.turn_, worker);
  worker.serves(server);
  co_await server.run();
  worker.tell(true);
  worker.serves_no_more();
}

check::WorkerFacts ProxyHost::facts_of(const proxy::TcpProxy& server) {
  check::WorkerFacts facts;
  facts.accepted = server.counters().accepted;
  facts.open_sessions = server.open_sessions();
  facts.accept_pauses = server.counters().accept_pauses;
  facts.open_max = server.counters().open_max;
  return facts;
}

ProxyHost::ProxyHost(Host& host, const ProxyPlan& plan, std::vector<Endpoint> backends)
    : host_(host), workers_(plan.workers), port_(plan.port), backlog_(plan.backlog), options_([&] {
        proxy::TcpProxyOptions options = plan.options;
        options.backends = std::move(backends);
        return options;
      }()) {}

void ProxyHost::start(check::Panel& panel) {
  panel_ = &panel;
  for (std::uint64_t i = 0; i < workers_; ++i) {
    host_.start([this](io::World& world) { return run_worker(world, *this); });
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
    if (worker->server() != nullptr) open += worker->server()->open_sessions();
  }
  return open;
}

}  // namespace weir::sim::scenario
