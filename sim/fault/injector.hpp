#pragma once
// Injector: carries out a fault plan on a simulated network, each fault at its time.
//
//   Injector injector(network, plan, observer);
//   ...                               // the kernel runs; faults happen
//   injector.undo_all();              // all links heal, all hosts are up and run
//
// It remembers what it broke, so that doing a thing twice, or undoing what is whole, is harmless.
// It draws nothing at random: a plan is explicit, which is what lets a shrinker edit it.

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "sim/fault/fault.hpp"
#include "sim/world/network.hpp"
#include "task/timers.hpp"

namespace weir::sim::fault {

// Told just before a fault (or its undoing) takes effect. drain_proxy is the observer's to do.
class FaultObserver {
 public:
  virtual void before_fault(const Fault& fault, bool undoing) = 0;

 protected:
  ~FaultObserver() = default;
};

class Injector final : task::Timer {
 public:
  // Network and observer outlive it. Times of the plan count from the kernel's beginning.
  Injector(Network& network, std::vector<Fault> plan, FaultObserver& observer);

  // What undoing a short_io fault of that host goes back to.
  void set_usual_short_io(const std::string& name, Ratio usual) {
    hosts_[name].usual_short_io = usual;
  }

  bool done() const noexcept { return next_ == actions_.size(); }
  TimePoint last_action() const noexcept;  // of the whole plan; the beginning when it is empty
  void undo_all();                         // what is still broken; the plan itself goes no further

  // The times, now over, in which a link was cut or a host stood still: by so much what was under
  // way may have come later. One entry for each link and host.
  struct Interval {
    TimePoint from;
    TimePoint to;
  };
  const std::vector<Interval>& delays() const noexcept { return delays_; }

 private:
  enum class Health : std::uint8_t { up, crashed, off };
  struct HostState {
    Health health = Health::up;
    bool paused = false;
    TimePoint paused_at{};
    Ratio usual_short_io;
  };
  struct Action {
    TimePoint at;
    std::size_t fault;
    bool undoing;
  };
  using Pair = std::pair<std::string, std::string>;

  void fire() override;
  void carry_out(const Action& action);
  void on_hosts(const Fault& fault, bool undoing);
  void on_host(const std::string& name, const Fault& fault, bool undoing);
  void on_links(const Fault& fault, bool undoing);
  void set_cut(const Pair& pair, bool cut);
  void set_health(const std::string& name, Health health);
  void set_paused(const std::string& name, bool paused);
  void change_link(const Pair& pair, const LinkChange& change, bool undoing);
  Host& host(const std::string& name);

  Network& network_;
  std::vector<Fault> plan_;
  FaultObserver& observer_;
  std::vector<Action> actions_;  // in the order of their times
  std::size_t next_ = 0;
  std::map<std::string, HostState> hosts_;
  std::map<Pair, TimePoint> cuts_;  // and since when
  std::map<Pair, LinkOptions> links_before_;
  std::vector<Interval> delays_;
};

}  // namespace weir::sim::fault
