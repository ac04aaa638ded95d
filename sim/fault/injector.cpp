#include "sim/fault/injector.hpp"

#include <algorithm>

#include "base/assert.hpp"
#include "sim/world/kernel.hpp"

namespace weir::sim::fault {

Injector::Injector(Network& network, std::vector<Fault> plan, FaultObserver& observer)
    : network_(network), plan_(std::move(plan)), observer_(observer) {
  for (std::size_t i = 0; i < plan_.size(); ++i) {
    const TimePoint at = after(TimePoint(), plan_[i].at);
    actions_.push_back(Action{at, i, false});
    if (plan_[i].lasts) actions_.push_back(Action{after(at, *plan_[i].lasts), i, true});
  }
  std::stable_sort(actions_.begin(), actions_.end(),
                   [](const Action& a, const Action& b) { return a.at < b.at; });
  if (!done()) network_.kernel().timers().set(*this, actions_.front().at);
}

void Injector::fire() {
  task::Timers& timers = network_.kernel().timers();
  while (!done() && actions_[next_].at <= timers.now()) carry_out(actions_[next_++]);
  if (!done()) timers.set(*this, actions_[next_].at);
}

void Injector::carry_out(const Action& action) {
  const Fault& fault = plan_[action.fault];
  observer_.before_fault(fault, action.undoing);
  if (!fault.hosts.empty()) on_hosts(fault, action.undoing);
  if (!fault.from.empty()) on_links(fault, action.undoing);
}

void Injector::on_hosts(const Fault& fault, bool undoing) {
  for (const std::string& name : fault.hosts) on_host(name, fault, undoing);
}

void Injector::on_host(const std::string& name, const Fault& fault, bool undoing) {
  switch (fault.kind) {
    case FaultKind::crash: return set_health(name, undoing ? Health::up : Health::crashed);
    case FaultKind::power_off: return set_health(name, undoing ? Health::up : Health::off);
    case FaultKind::restart:
    case FaultKind::power_on: return set_health(name, Health::up);
    case FaultKind::pause: return set_paused(name, !undoing);
    case FaultKind::resume: return set_paused(name, false);
    case FaultKind::short_io:
      return host(name).set_short_io(undoing ? hosts_[name].usual_short_io : fault.probability);
    case FaultKind::clock_step:
      return host(name).step_wall_clock(undoing ? -fault.step : fault.step);
    default: return;
  }
}

void Injector::on_links(const Fault& fault, bool undoing) {
  for (const std::string& from : fault.from) {
    for (const std::string& to : fault.to) {
      if (from == to) continue;
      const Pair there(from, to);
      const Pair back(to, from);
      switch (fault.kind) {
        case FaultKind::partition:
          set_cut(there, !undoing);
          set_cut(back, !undoing);
          break;
        case FaultKind::cut: set_cut(there, !undoing); break;
        case FaultKind::heal:
          set_cut(there, false);
          set_cut(back, false);
          break;
        case FaultKind::reset_connections: network_.reset_connections(host(from), host(to)); break;
        case FaultKind::set_link:
          change_link(there, fault.link, undoing);
          if (!fault.link.one_way) change_link(back, fault.link, undoing);
          break;
        default: break;
      }
    }
  }
}

void Injector::set_cut(const Pair& pair, bool cut) {
  const TimePoint now = network_.kernel().now();
  if (cut) {
    if (cuts_.emplace(pair, now).second) network_.cut(host(pair.first), host(pair.second));
    return;
  }
  const auto found = cuts_.find(pair);
  if (found == cuts_.end()) return;
  delays_.push_back(Interval{found->second, now});
  cuts_.erase(found);
  network_.heal(host(pair.first), host(pair.second));
}

// A host that is down goes down no further; it comes up the way that it went down.
void Injector::set_health(const std::string& name, Health health) {
  HostState& state = hosts_[name];
  if (state.health == health) return;
  if (health != Health::up && state.health != Health::up) return;
  const Health before = std::exchange(state.health, health);
  if (health == Health::crashed) return host(name).crash();
  if (health == Health::off) return host(name).power_off();
  if (before == Health::crashed) return host(name).restart();
  host(name).power_on();
}

void Injector::set_paused(const std::string& name, bool paused) {
  HostState& state = hosts_[name];
  if (state.paused == paused) return;
  state.paused = paused;
  const TimePoint now = network_.kernel().now();
  if (paused) {
    state.paused_at = now;
    host(name).pause();
  } else {
    delays_.push_back(Interval{state.paused_at, now});
    host(name).resume();
  }
}

void Injector::change_link(const Pair& pair, const LinkChange& change, bool undoing) {
  const Host& from = host(pair.first);
  const Host& to = host(pair.second);
  LinkOptions options = network_.link(from, to);
  if (undoing) {
    const auto before = links_before_.find(pair);
    if (before != links_before_.end()) options = before->second;
  } else {
    links_before_.emplace(pair, options);  // keeps the first: what the scenario set up
    options.latency = change.latency.value_or(options.latency);
    options.jitter = change.jitter.value_or(options.jitter);
    options.bytes_per_second = change.bytes_per_second.value_or(options.bytes_per_second);
    options.loss = change.loss.value_or(options.loss);
    options.retransmit_after = change.retransmit_after.value_or(options.retransmit_after);
  }
  network_.set_link(from, to, options);
}

void Injector::undo_all() {
  Timer::cancel();
  next_ = actions_.size();
  while (!cuts_.empty()) {
    const Pair pair = cuts_.begin()->first;
    set_cut(pair, false);
  }
  for (auto& [name, state] : hosts_) {
    set_paused(name, false);
    set_health(name, Health::up);
  }
  for (const auto& [pair, options] : links_before_) {
    network_.set_link(host(pair.first), host(pair.second), options);
  }
}

TimePoint Injector::last_action() const noexcept {
  return actions_.empty() ? TimePoint() : actions_.back().at;
}

Host& Injector::host(const std::string& name) {
  Host* found = network_.find_host(name);
  ASSERT(found != nullptr, "a fault plan names hosts that exist");
  return *found;
}

}  // namespace weir::sim::fault
