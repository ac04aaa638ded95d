#include "control/health_checker.hpp"

#include <utility>

#include <fmt/format.h>

#include "base/assert.hpp"
#include "task/task_group.hpp"

namespace weir::control {

task::Task<> HealthChecker::run() {
  task::TaskGroup watches(world_.run_queue);
  for (Target& target : targets_) watches.spawn(watch(target));
  for (;;) co_await watches.task_ended().wait();
}

// The target lives as long as the checker.
task::Task<> HealthChecker::watch(Target& target) {
  const HealthPlan& plan = plans_[target.cluster];
  const Endpoint backend = plan.backends[target.backend];
  for (;;) {
    co_await task::sleep_until(world_.run_queue, world_.timers, target.machine.next_probe());
    target.machine.probe_started(world_.timers.now());
    const TimePoint deadline = target.machine.deadline();
    const ProbeOutcome outcome = co_await probe(world_, plan.probe, backend, deadline);
    probed(target, outcome);
  }
}

void HealthChecker::probed(Target& target, const ProbeOutcome& outcome) {
  const TimePoint now = world_.timers.now();
  const auto change = target.machine.probe_ended(now, outcome.result, world_.random);
  if (!change) return;
  lb::Cluster& balance = plans_[target.cluster].balance;
  balance.set_health(target.backend, change->to == lb::Health::up, now);
  log(target, *change, outcome.reason);
  observer_.health_changed(target.cluster, target.backend, *change);
}

void HealthChecker::log(const Target& target, const lb::Transition& change,
                        const std::string& reason) {
  const HealthPlan& plan = plans_[target.cluster];
  const bool is_up = change.to == lb::Health::up;
  // A probe that passed, but too late, has no reason of its own.
  const std::string_view why = !reason.empty() ? std::string_view(reason)
                               : is_up         ? "probes pass"
                                               : to_string(change.because);
  world_.log.write(
      is_up ? io::Severity::info : io::Severity::warning,
      fmt::format("backend {} of cluster {} is {}: {}", plan.balance.spec(target.backend).name,
                  plan.cluster, to_string(change.to), why));
}

HealthChecker::HealthChecker(io::World& world, std::vector<HealthPlan> plans,
                             HealthObserver& observer)
    : world_(world), plans_(std::move(plans)), observer_(observer) {
  const TimePoint now = world.timers.now();
  for (std::size_t i = 0; i < plans_.size(); ++i) {
    const HealthPlan& plan = plans_[i];
    ASSERT(plan.backends.size() == plan.balance.size(), "every backend of a cluster is probed");
    first_target_.push_back(targets_.size());
    for (std::uint32_t backend = 0; backend < plan.backends.size(); ++backend) {
      plan.balance.set_health(backend, plan.machine.initial == lb::Health::up, now);
      targets_.push_back(Target{i, backend, lb::HealthMachine(plan.machine, now, world.random)});
    }
  }
}

}  // namespace weir::control
