#include "sim/scenario/bounds.hpp"

#include <algorithm>

namespace weir::sim::scenario {
namespace {

constexpr Duration kSlackMin = std::chrono::seconds(2);
constexpr Duration kDelayMax = std::chrono::hours(1);
constexpr int kHops = 8;  // one-way delays between an act and its last consequence
constexpr std::uint64_t kProxyBytes = 64 * 1024;  // a direction: what the proxy may keep

std::uint64_t send_buffer(const HostPlan& host) {
  return host.send_buffer.value_or(HostLimits().send_buffer_bytes);
}
std::uint64_t receive_buffer(const HostPlan& host) {
  return host.receive_buffer.value_or(HostLimits().receive_buffer_bytes);
}

template <class Plans, class Size>
std::uint64_t most(const Plans& plans, Size size) {
  std::uint64_t bytes = 0;
  for (const auto& plan : plans) bytes = std::max(bytes, size(plan.host));
  return bytes;
}

std::uint64_t connections_at_once_max(const Scenario& scenario) {
  std::uint64_t connections = 0;
  for (const ClientPlan& plan : scenario.clients) {
    const model::LoadOptions& load = plan.load();
    const bool closed = load.load == model::Load::closed;
    connections +=
        (closed ? load.users : load.connections) * std::max<std::uint64_t>(plan.count, 1);
  }
  return std::min(connections, scenario.proxy.options.connections_max * scenario.proxy.workers);
}

// How long what is under way on this link may take, beyond the sender's own pace.
Duration delay_of(Duration latency, Duration jitter, std::uint64_t bytes_per_second, Ratio loss,
                  Duration retransmit_after, std::uint64_t bytes) {
  Duration delay = kHops * (latency + jitter);
  if (loss.of_these > 0) delay += kHops * 4 * retransmit_after;
  if (bytes_per_second > 0) {
    delay += std::min(kDelayMax, Duration(std::chrono::seconds(bytes / bytes_per_second + 1)));
  }
  return delay;
}

bool leaves_something_broken(const fault::Fault& fault) {
  using fault::FaultKind;
  switch (fault.kind) {
    case FaultKind::partition:
    case FaultKind::cut:
    case FaultKind::crash:
    case FaultKind::power_off:
    case FaultKind::pause: return !fault.lasts;
    case FaultKind::drain_proxy: return true;
    default: return false;
  }
}

// What is only late, early or talkative still answers; whether in time, the scenario must know.
bool does_harm(const model::HttpTrouble& trouble) {
  using What = model::HttpTrouble::What;
  return trouble.what != What::none && trouble.what != What::slow && trouble.what != What::early &&
         trouble.what != What::interim && trouble.share.of_these > 0;
}

// From a request's first byte on, when bodies keep moving: every wait once, for each try.
Duration longest_answer(const ProxyPlan& proxy) {
  const proxy::HttpTimeouts& timeouts = proxy.http.timeouts;
  const Duration tries =
      static_cast<std::int64_t>(proxy.http.tries_max + 1) *
      (proxy.options.connect_timeout + proxy.http.upstream.queue + proxy.http.upstream.first_byte);
  return timeouts.header + tries + 2 * timeouts.body_idle;
}

check::HttpBounds http_bounds_of(const Scenario& scenario) {
  check::HttpBounds bounds;
  bounds.attempts_max = 1;
  if (scenario.proxy.mode == ProxyMode::tcp) return bounds;
  const HttpPlan& plan = scenario.proxy.http;
  std::uint64_t backends = 0;
  bool are_slow = false;
  for (const BackendPlan& backend : scenario.backends) {
    backends += std::max<std::uint64_t>(backend.count, 1);
    const model::Manners& manners = backend.http ? backend.http->manners : backend.options.manners;
    are_slow = are_slow || manners.read_rate > 0 || manners.send_rate > 0;
  }
  bounds.attempts_max = plan.tries_max + 1;  // one more for a connection that was closed under it
  if (!are_slow) bounds.request_timeout = longest_answer(scenario.proxy);
  const std::uint64_t workers = scenario.proxy.workers;
  bounds.waiting_max = plan.pool.queue_max * backends * workers;
  bounds.upstream_idle_max = plan.pool.idle_max * workers;
  if (plan.pool.connections_max > 0) {
    bounds.upstream_open_max = plan.pool.connections_max * backends * workers;
  }
  return bounds;
}

}  // namespace

check::Bounds bounds_of(const Scenario& scenario) {
  const proxy::TcpProxyOptions& options = scenario.proxy.options;
  check::Bounds bounds;
  bounds.connect_timeout = options.connect_timeout;
  bounds.idle_timeout = options.idle_timeout;
  bounds.half_close_timeout = options.half_close_timeout;
  bounds.drain_timeout = options.drain_timeout;
  bounds.connections_max = options.connections_max;
  bounds.backends = 0;
  for (const BackendPlan& plan : scenario.backends) {
    bounds.backends += std::max<std::uint64_t>(plan.count, 1);
  }
  const HostPlan& proxy = scenario.proxy.host;
  const std::uint64_t inside = receive_buffer(proxy) + kProxyBytes + send_buffer(proxy);
  bounds.in_flight_up_max =
      most(scenario.clients, send_buffer) + inside + most(scenario.backends, receive_buffer);
  bounds.in_flight_down_max =
      most(scenario.backends, send_buffer) + inside + most(scenario.clients, receive_buffer);

  // A link serves all its connections one after another.
  const std::uint64_t bytes = std::max(bounds.in_flight_up_max, bounds.in_flight_down_max) *
                              connections_at_once_max(scenario);
  const LinkOptions& base = scenario.network;
  bounds.network_delay = delay_of(base.latency, base.jitter, base.bytes_per_second, base.loss,
                                  base.retransmit_after, bytes);
  const auto add = [&](const fault::LinkChange& change) {
    bounds.slack +=
        delay_of(change.latency.value_or(Duration(0)), change.jitter.value_or(Duration(0)),
                 change.bytes_per_second.value_or(0), change.loss.value_or(Ratio()),
                 change.retransmit_after.value_or(base.retransmit_after), bytes);
  };
  for (const LinkPlan& link : scenario.links) add(link.change);
  for (const fault::Fault& fault : scenario.faults) add(fault.link);
  bounds.slack = kSlackMin + bounds.network_delay;
  bounds.http = http_bounds_of(scenario);
  if (scenario.proxy.mode == ProxyMode::http) {
    const proxy::HttpTimeouts& timeouts = scenario.proxy.http.timeouts;
    bounds.idle_timeout = longest_answer(scenario.proxy) + timeouts.keep_alive + timeouts.linger;
  }
  return bounds;
}

std::optional<TimePoint> liveness_from(const Scenario& scenario) {
  if (!scenario.judge_liveness) return std::nullopt;
  TimePoint from;
  bool is_troubled = !scenario.faults.empty();
  for (const fault::Fault& fault : scenario.faults) {
    if (leaves_something_broken(fault)) return std::nullopt;
    from = std::max(from, after(after(TimePoint(), fault.at), fault.lasts.value_or(Duration(0))));
  }
  for (const BackendPlan& plan : scenario.backends) {
    if (plan.options.manners.trouble.how != model::Trouble::How::none) return std::nullopt;
    if (!plan.http) continue;
    for (const model::HttpTrouble& trouble : plan.http->troubles) {
      if (!does_harm(trouble)) continue;
      if (trouble.until == Duration::max()) return std::nullopt;
      from = std::max(from, after(TimePoint(), trouble.until));
      is_troubled = true;
    }
  }
  return is_troubled ? after(from, scenario.settle) : from;
}

}  // namespace weir::sim::scenario
