#include "sim/model/visitor.hpp"

#include <utility>

#include "task/task_group.hpp"

namespace weir::sim::model {
namespace {

task::Task<> pause(io::World& world, Duration time) {
  const TimePoint until = after(world.timers.now(), time);
  co_await task::sleep_until(world.run_queue, world.timers, until);
}

task::Task<> begin_visit(io::World& world, Visitor& visitor) {
  ++visitor.begun;
  return visitor.visit(world);
}

task::Task<> one_user(io::World& world, Visitor& visitor, Random random) {
  while (visitor.begun < visitor.load.connections) {
    co_await begin_visit(world, visitor);
    const Duration thinking = visitor.load.think.draw(random);
    co_await pause(world, thinking);
  }
}

Random random_of(const Visitor& visitor, std::string_view purpose, std::uint64_t entity) {
  StreamKey key;
  key.seed = visitor.seed;
  key.purpose = purpose;
  key.entity = mix(visitor.host, entity);
  return Random(key);
}

task::Task<> begin_all(io::World& world, Visitor& visitor, task::TaskGroup& visits) {
  const LoadOptions& load = visitor.load;
  Random random = random_of(visitor, "arrivals", visitor.begun);
  if (load.load == Load::closed) {
    for (std::uint64_t user = 0; user < load.users; ++user) {
      visits.spawn(one_user(world, visitor, random_of(visitor, "user", user)));
    }
    co_return;
  }
  while (visitor.begun < load.connections) {
    visits.spawn(begin_visit(world, visitor));
    if (load.load == Load::at_once) continue;
    const Duration gap = load.every.draw(random);
    co_await pause(world, gap);
  }
}

}  // namespace

task::Task<> run_client(io::World& world, Visitor& visitor) {
  if (visitor.retired) co_return;
  task::TaskGroup visits(world.run_queue);
  const TimePoint start = after(TimePoint(), visitor.load.start);
  co_await task::sleep_until(world.run_queue, world.timers, start);
  co_await begin_all(world, visitor, visits);
  while (visits.size() > 0) co_await visits.task_ended().wait();
  visitor.done = true;
}

Outcome outcome_of(ErrorCode code, bool deadline_passed) noexcept {
  switch (code) {
    case ErrorCode::refused: return Outcome::refused;
    case ErrorCode::reset: return Outcome::reset;
    case ErrorCode::timed_out: return deadline_passed ? Outcome::gave_up : Outcome::timed_out;
    default: return Outcome::failed;
  }
}

}  // namespace weir::sim::model
