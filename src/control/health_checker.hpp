#pragma once
// HealthChecker: keeps a process informed of which backends are well: probes each of them when its
// lb::HealthMachine says, and tells the lb::Cluster, which all workers share, what changed.
//
//   HealthChecker checker(world, plans, observer);
//   co_await checker.run();      // until the Task is destroyed
//
// - One for all workers of a process: N workers do not probe N times.
// - One probe at a time of each backend, each ended by the machine's deadline; so a backend that
//   fails is out of rotation within lb::HealthMachine::detection_max(), whatever the failure.
// - From its construction on a cluster has the health that `machine.initial` gives its backends.
// - Every change is one line of the World's log, with the reason.
//
// It looks at probes only; what requests say of a backend is passive health.

#include <deque>
#include <string>
#include <vector>

#include "control/probe.hpp"
#include "io/world.hpp"
#include "lb/cluster.hpp"
#include "lb/health_machine.hpp"

namespace weir::control {

// The health checks of one cluster.
struct HealthPlan {
  std::string cluster;  // its name, for the log
  lb::Cluster& balance;
  std::vector<Endpoint> backends;  // in the order of `balance`
  ProbeOptions probe = {};
  lb::HealthOptions machine = {};
};

// Whom a change is told to, besides the cluster. Cluster and backend are places in their lists.
class HealthObserver {
 public:
  virtual ~HealthObserver() = default;
  virtual void health_changed(std::size_t cluster, std::uint32_t backend,
                              const lb::Transition& change) = 0;
};

class HealthChecker {
 public:
  // World, clusters and observer outlive it.
  HealthChecker(io::World& world, std::vector<HealthPlan> plans, HealthObserver& observer);
  HealthChecker(const HealthChecker&) = delete;
  HealthChecker& operator=(const HealthChecker&) = delete;

  // Never ends by itself. The checker outlives the Task, of which there is one.
  task::Task<> run();

  // A backend's state and history.
  const lb::HealthMachine& machine(std::size_t cluster, std::uint32_t backend) const {
    return targets_[first_target_[cluster] + backend].machine;
  }

 private:
  struct Target {
    std::size_t cluster;
    std::uint32_t backend;
    lb::HealthMachine machine;
  };

  task::Task<> watch(Target& target);
  void probed(Target& target, const ProbeOutcome& outcome);
  void log(const Target& target, const lb::Transition& change, const std::string& reason);

  io::World& world_;
  const std::vector<HealthPlan> plans_;
  HealthObserver& observer_;
  std::vector<std::size_t> first_target_;  // of each cluster
  std::deque<Target> targets_;
};

}  // namespace weir::control
