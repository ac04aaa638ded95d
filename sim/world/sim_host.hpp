#pragma once
// SimHost: the Host of this network: a kernel (Sockets), a process (programs in a TaskGroup on a
// RunQueue of its own) and the World that the programs see.
//
// What a program does to its own host from within one of its steps happens when that step ends:
// nothing else of the process runs until then, and a coroutine is never destroyed under its feet.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/world/fabric.hpp"
#include "sim/world/host.hpp"
#include "sim/world/network.hpp"
#include "sim/world/sim_connector.hpp"
#include "sim/world/sim_log.hpp"
#include "sim/world/sim_resolver.hpp"
#include "sim/world/sim_wall_clock.hpp"
#include "sim/world/sockets.hpp"
#include "sim/world/timer_of.hpp"

namespace weir::sim::internal {

class SimHost final : public Host, private io::ListenerFactory {
 public:
  struct Shared {  // by all hosts of the network; outlives them
    Fabric& fabric;
    SimResolver& resolver;
    const LogHook& log;
  };
  SimHost(const Shared& shared, std::string name, std::uint32_t number);
  ~SimHost() override;

  const std::string& name() const override { return name_; }
  std::uint32_t number() const override { return sockets_.number(); }
  Endpoint at(std::uint16_t port) const override { return sockets_.at(port); }
  HostLimits& limits() override { return sockets_.limits(); }
  io::World& world() override { return world_; }

  void start(Program program) override;
  std::size_t programs_running() const override;

  void crash() override { ask(Action::crash); }
  void restart() override { ask(Action::restart); }
  void power_off() override { ask(Action::power_off); }
  void power_on() override { ask(Action::power_on); }
  void pause() override { ask(Action::pause); }
  void resume() override { ask(Action::resume); }
  bool is_up() const override { return state_ == State::up; }

  void set_short_io(Ratio probability) override { sockets_.set_short_io(probability); }
  void step_wall_clock(Duration by) override { wall_clock_.step(by); }
  std::size_t open_descriptors() const override { return sockets_.open_descriptors(); }

  // The end of the world: first all sockets go, without a trace, then the processes.
  void lose_sockets();
  void end_process();

 private:
  enum class State : std::uint8_t { up, crashed, off };
  enum class Action : std::uint8_t { crash, restart, power_off, power_on, pause, resume };
  struct Slot;  // a program, and its way into the run queue

  Result<std::unique_ptr<io::Listener>> listen(Endpoint at, io::ListenOptions options) override;
  void ask(Action action);
  void act_on_what_was_asked();
  void act(Action action);
  void do_crash();
  void do_power_off();
  void do_pause(bool pause);
  void start_programs();
  void record(EventKind kind, std::uint64_t size = 0);

  Kernel& kernel_;
  const std::string name_;
  task::RunQueue run_queue_;
  Sockets sockets_;
  Random random_;
  SimConnector connector_;
  SimWallClock wall_clock_;
  SimLog log_;
  io::BufferPool buffers_;
  io::World world_;
  State state_ = State::up;
  bool paused_ = false;
  std::uint32_t process_ = 0;  // how many there were before this one
  std::vector<Action> asked_;  // from within a step of our own, not done yet
  TimerOf<SimHost, &SimHost::act_on_what_was_asked> asked_timer_{*this};
  std::vector<std::unique_ptr<Slot>> programs_;
  task::TaskGroup tasks_;
};

}  // namespace weir::sim::internal
