#include "sim/scenario/simulation.hpp"

#include <algorithm>
#include <deque>
#include <memory>
#include <utility>

#include "base/assert.hpp"
#include "sim/check/panel.hpp"
#include "sim/fault/injector.hpp"
#include "sim/scenario/bounds.hpp"
#include "sim/scenario/proxy_host.hpp"
#include "sim/world/kernel.hpp"

namespace weir::sim::scenario {
namespace {

constexpr Duration kStep = std::chrono::milliseconds(10);  // between looks at who is done
constexpr Duration kQuietMax = std::chrono::minutes(5);    // for the last segments to arrive

class Run final : public fault::FaultObserver {
 public:
  Run(const Scenario& scenario, const RunOptions& options);

  check::Verdict go();

 private:
  void add_hosts();
  void set_links();
  void start_programs();
  Host& add_host(const std::string& name, const HostPlan& plan);
  void add_backend(const BackendPlan& plan, Host& host);
  void add_client(const ClientPlan& plan, Host& host);
  void set_link(Host& from, Host& to, const fault::LinkChange& change);

  void run_plan();
  void let_sessions_end();
  void drain();
  void end_all_others();
  check::Verdict finish();

  template <class Done>
  bool run_until(Done done, Duration time_max);
  void before_fault(const fault::Fault& fault, bool undoing) override;

  const Scenario& scenario_;
  check::Bounds bounds_;
  std::unique_ptr<check::Panel> panel_;  // outlives the world, to compare before and after
  std::deque<model::Backend> backends_;
  std::deque<model::HttpBackend> http_backends_;
  std::vector<std::unique_ptr<model::Visitor>> clients_;
  std::unique_ptr<ProxyHost> proxy_;
  std::unique_ptr<Kernel> kernel_;
  std::unique_ptr<Network> network_;
  std::unique_ptr<fault::Injector> injector_;
  std::vector<Host*> hosts_;  // in the order of creation
};

Run::Run(const Scenario& scenario, const RunOptions& options)
    : scenario_(scenario),
      bounds_(bounds_of(scenario)),
      kernel_(std::make_unique<Kernel>(options.seed)),
      network_(std::make_unique<Network>(*kernel_)) {
  kernel_->trace().set_sink(options.sink);
  add_hosts();
  set_links();
  start_programs();
}

Host& Run::add_host(const std::string& name, const HostPlan& plan) {
  Host& host = network_->add_host(name);
  HostLimits& limits = host.limits();
  limits.send_buffer_bytes = plan.send_buffer.value_or(limits.send_buffer_bytes);
  limits.receive_buffer_bytes = plan.receive_buffer.value_or(limits.receive_buffer_bytes);
  limits.descriptors_max = plan.descriptors_max.value_or(limits.descriptors_max);
  host.set_short_io(plan.short_io);
  injector_->set_usual_short_io(name, plan.short_io);
  hosts_.push_back(&host);
  return host;
}

void Run::add_hosts() {
  injector_ = std::make_unique<fault::Injector>(*network_, scenario_.faults, *this);
  Host& proxy = add_host(kProxyHost, scenario_.proxy.host);
  std::vector<ProxyBackend> backends;
  std::vector<Host*> backend_hosts;
  for (const BackendPlan& plan : scenario_.backends) {
    for (const std::string& name : hosts_of(plan.name, plan.count)) {
      Host& host = add_host(name, plan.host);
      backend_hosts.push_back(&host);
      backends.push_back(ProxyBackend{host.at(plan.port), plan.weight});
    }
  }
  proxy_ = std::make_unique<ProxyHost>(proxy, scenario_.proxy, backends);

  check::PanelSetup setup;
  setup.bounds = bounds_;
  setup.liveness_from = liveness_from(scenario_);
  setup.expected = scenario_.expected;
  panel_ = std::make_unique<check::Panel>(*kernel_, *proxy_, setup);

  std::size_t next = 0;
  for (const BackendPlan& plan : scenario_.backends) {
    for (std::size_t i = 0; i < hosts_of(plan.name, plan.count).size(); ++i, ++next) {
      add_backend(plan, *backend_hosts[next]);
    }
  }
  for (const ClientPlan& plan : scenario_.clients) {
    for (const std::string& name : hosts_of(plan.name, plan.count)) {
      add_client(plan, add_host(name, plan.host));
    }
  }
}

void Run::add_backend(const BackendPlan& plan, Host& host) {
  const std::uint64_t seed = kernel_->seed();
  const Endpoint at = host.at(plan.port);
  if (plan.http) {
    http_backends_.emplace_back(*plan.http, *panel_, panel_->http(), seed, host.number(), at);
  } else {
    backends_.emplace_back(plan.options, *panel_, seed, host.number(), at);
  }
  panel_->backend_exists(host.number());
}

void Run::add_client(const ClientPlan& plan, Host& host) {
  const std::uint64_t seed = kernel_->seed();
  const Endpoint to = proxy_->address();
  if (plan.http) {
    clients_.push_back(std::make_unique<model::HttpClient>(*plan.http, *panel_, panel_->http(),
                                                           seed, host.number(), to));
  } else {
    clients_.push_back(
        std::make_unique<model::Client>(plan.options, *panel_, seed, host.number(), to));
  }
}

void Run::set_links() {
  for (Host* from : hosts_) {
    for (Host* to : hosts_) {
      if (from != to) network_->set_link(*from, *to, scenario_.network);
    }
  }
  for (const LinkPlan& plan : scenario_.links) {
    for (const std::string& from : plan.from) {
      for (const std::string& to : plan.to) {
        if (from == to) continue;
        Host& a = *network_->find_host(from);
        Host& b = *network_->find_host(to);
        set_link(a, b, plan.change);
        if (!plan.change.one_way) set_link(b, a, plan.change);
      }
    }
  }
}

void Run::set_link(Host& from, Host& to, const fault::LinkChange& change) {
  LinkOptions options = network_->link(from, to);
  options.latency = change.latency.value_or(options.latency);
  options.jitter = change.jitter.value_or(options.jitter);
  options.bytes_per_second = change.bytes_per_second.value_or(options.bytes_per_second);
  options.loss = change.loss.value_or(options.loss);
  options.retransmit_after = change.retransmit_after.value_or(options.retransmit_after);
  network_->set_link(from, to, options);
}

void Run::start_programs() {
  proxy_->start(*panel_);
  for (model::Backend& backend : backends_) {
    hosts_[backend.host]->start([&](io::World& world) { return serve(world, backend); });
  }
  for (model::HttpBackend& backend : http_backends_) {
    hosts_[backend.host]->start([&](io::World& world) { return serve(world, backend); });
  }
  for (const auto& client : clients_) {
    model::Visitor& visitor = *client;
    hosts_[visitor.host]->start([&](io::World& world) { return run_client(world, visitor); });
  }
}

void Run::before_fault(const fault::Fault& fault, bool undoing) {
  if (fault.kind == fault::FaultKind::drain_proxy) {
    panel_->drain_begins();
    proxy_->drain();
  }
  if (undoing) return;
  const bool power = fault.kind == fault::FaultKind::power_off;
  const bool dies = power || fault.kind == fault::FaultKind::crash;
  for (const std::string& name : fault.hosts) {
    if (power) panel_->host_loses_power(network_->find_host(name)->number());
    if (dies && name == kProxyHost) panel_->proxy_dies();
    if (fault.kind == fault::FaultKind::pause && name == kProxyHost) panel_->proxy_pauses();
  }
}

// Looks at `done` after each stretch of events; false: time is up.
template <class Done>
bool Run::run_until(Done done, Duration time_max) {
  const TimePoint end = after(kernel_->now(), time_max);
  kernel_->run_until(kernel_->now());  // what is ready has no deadline
  while (!done()) {
    if (kernel_->now() >= end || kernel_->has_spun()) return false;
    const TimePoint next =
        std::max(kernel_->timers().next_deadline(), after(kernel_->now(), kStep));
    kernel_->run_until(std::min(next, end));
  }
  return true;
}

void Run::run_plan() {
  const auto is_done = [&](const auto& client) {
    return client->done || !hosts_[client->host]->is_up();  // down for good, when the plan is over
  };
  const auto plan_done = [&] {
    return injector_->done() && std::ranges::all_of(clients_, is_done);
  };
  const bool in_time = run_until(plan_done, scenario_.time_max);
  panel_->clients_are_done(in_time);
  for (const auto& client : clients_) client->retired = true;
  injector_->undo_all();
}

// Once all clients are gone, the longest of its deadlines is all that a session may take.
void Run::let_sessions_end() {
  const auto backends = static_cast<std::int64_t>(bounds_.backends);
  const Duration longest = bounds_.idle_timeout + bounds_.half_close_timeout +
                           bounds_.connect_timeout * backends + bounds_.slack;
  run_until([&] { return proxy_->open_sessions() == 0; }, longest);
  panel_->sessions_had_their_time();
}

void Run::drain() {
  proxy_->drain();
  const Duration longest = bounds_.drain_timeout + std::chrono::seconds(1);
  run_until([&] { return proxy_->host().programs_running() == 0; }, longest);
  proxy_->report_unended();
  panel_->proxy_is_gone(proxy_->host().open_descriptors());
}

void Run::end_all_others() {
  for (Host* host : hosts_) host->crash();
  run_until([&] { return network_->connections() == 0; }, kQuietMax);
  const auto delay_before = [&](TimePoint at) {
    Duration delay{0};
    for (const fault::Injector::Interval& interval : injector_->delays()) {
      if (interval.to <= at) delay += interval.to - interval.from;
    }
    return delay;
  };
  panel_->all_is_over(network_->connections(), delay_before);
}

check::Verdict Run::finish() {
  check::Verdict verdict;
  const TimePoint end = kernel_->now();
  verdict.seed = kernel_->seed();
  verdict.hash = kernel_->trace().hash();
  verdict.trace_events = kernel_->trace().events();
  verdict.checkpoints = kernel_->trace().checkpoints();
  verdict.events = kernel_->events();
  verdict.virtual_time = end - TimePoint();
  kernel_->trace().set_sink(nullptr);
  injector_.reset();
  network_.reset();
  kernel_.reset();
  panel_->world_gone(end);
  panel_->report(verdict);
  return verdict;
}

check::Verdict Run::go() {
  for (const auto phase :
       {&Run::run_plan, &Run::let_sessions_end, &Run::drain, &Run::end_all_others}) {
    (this->*phase)();
    if (!kernel_->has_spun()) continue;
    panel_->time_stood_still();  // nothing can happen any more, so nothing more can be judged
    break;
  }
  return finish();
}

}  // namespace

check::Verdict run(const Scenario& scenario, const RunOptions& options) {
  return Run(scenario, options).go();
}

}  // namespace weir::sim::scenario
