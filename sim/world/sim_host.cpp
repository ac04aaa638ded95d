#include "sim/world/sim_host.hpp"

#include <utility>

#include "base/assert.hpp"

namespace weir::sim::internal {

struct SimHost::Slot final : task::Runnable {
  Slot(SimHost& owner, Program its_program) : host(owner), program(std::move(its_program)) {}
  void run() override { host.tasks_.spawn(program(host.world_)); }

  SimHost& host;
  const Program program;
};

SimHost::SimHost(const Shared& shared, std::string name, std::uint32_t number)
    : kernel_(shared.fabric.kernel()),
      name_(std::move(name)),
      run_queue_(kernel_),
      sockets_(shared.fabric, run_queue_, number),
      random_(kernel_.random("host", number)),
      connector_(sockets_, kernel_.timers()),
      wall_clock_(kernel_.timers()),
      log_(*this, shared.log),
      world_{run_queue_,  kernel_.timers(), *this, connector_, shared.resolver,
             wall_clock_, random_,          log_,  buffers_},
      tasks_(run_queue_) {}

void SimHost::ask(Action action) {
  if (asked_.empty() && !kernel_.is_running(run_queue_)) return act(action);
  asked_.push_back(action);
  kernel_.set_paused(run_queue_, true);
  kernel_.timers().set(asked_timer_, kernel_.now());
}

void SimHost::act_on_what_was_asked() {
  kernel_.set_paused(run_queue_, paused_);
  for (const Action action : std::exchange(asked_, {})) act(action);
}

// What does not apply to the state of the host does nothing, so that plans of faults may overlap.
void SimHost::act(Action action) {
  switch (action) {
    case Action::crash: return do_crash();
    case Action::power_off: return do_power_off();
    case Action::pause: return do_pause(true);
    case Action::resume: return do_pause(false);
    case Action::restart:
      if (state_ == State::crashed) start_programs();
      return;
    case Action::power_on:
      if (state_ != State::off) return;
      record(EventKind::powered_on);
      sockets_.set_powered(true);
      start_programs();
      return;
  }
}

void SimHost::do_crash() {
  if (state_ != State::up) return;
  record(EventKind::crashed);
  state_ = State::crashed;
  sockets_.close_all();
  end_process();
}

void SimHost::do_power_off() {
  if (state_ == State::off) return;
  record(EventKind::powered_off);
  state_ = State::off;
  lose_sockets();
  end_process();
}

void SimHost::do_pause(bool pause) {
  if (pause == paused_ || state_ != State::up) return;
  record(pause ? EventKind::paused : EventKind::resumed);
  paused_ = pause;
  kernel_.set_paused(run_queue_, pause);
}

// The sockets have gone before: the destructors of the tasks find their streams lost.
void SimHost::end_process() {
  for (const auto& slot : programs_) slot->unlink();
  tasks_.cancel_all();
  ++process_;
  paused_ = false;
  kernel_.set_paused(run_queue_, false);
}

void SimHost::start_programs() {
  state_ = State::up;
  random_ = kernel_.random("host", std::uint64_t{process_} << 32 | number());
  for (std::size_t i = 0; i < programs_.size(); ++i) {
    record(EventKind::started, i);
    run_queue_.schedule(*programs_[i]);
  }
}

void SimHost::start(Program program) {
  programs_.push_back(std::make_unique<Slot>(*this, std::move(program)));
  if (state_ != State::up) return;
  record(EventKind::started, programs_.size() - 1);
  run_queue_.schedule(*programs_.back());
}

std::size_t SimHost::programs_running() const {
  std::size_t running = tasks_.size();
  for (const auto& slot : programs_) running += slot->is_linked() ? 1 : 0;
  return running;
}

Result<std::unique_ptr<io::Listener>> SimHost::listen(Endpoint at, io::ListenOptions options) {
  return sockets_.listen(at, options);
}

void SimHost::record(EventKind kind, std::uint64_t size) { kernel_.record(kind, number(), size); }

void SimHost::lose_sockets() {
  sockets_.set_powered(false);
  sockets_.vanish();
}

SimHost::~SimHost() { kernel_.forget(run_queue_); }

}  // namespace weir::sim::internal
