#include "sim/model/client.hpp"

#include <utility>

#include "sim/model/talking.hpp"
#include "task/task_group.hpp"

namespace weir::sim::model {
namespace {

Outcome outcome_of(ErrorCode code, bool deadline_passed) noexcept {
  switch (code) {
    case ErrorCode::refused: return Outcome::refused;
    case ErrorCode::reset: return Outcome::reset;
    case ErrorCode::timed_out: return deadline_passed ? Outcome::gave_up : Outcome::timed_out;
    default: return Outcome::failed;
  }
}

task::Task<> visit_once(io::World& world, Client& client) {
  ++client.begun;
  Visit visit(client.witness, client.host);
  visit.begin_exchange();
  const TimePoint deadline = after(world.timers.now(), client.options.patience);
  auto connected = co_await world.connector.connect(client.to, deadline);
  if (!connected) {
    const bool deadline_passed = world.timers.now() >= deadline;
    visit.end_exchange(outcome_of(connected.error().code, deadline_passed));
    co_return;
  }
  client.witness.connected(visit.connection(), (*connected)->local());
  Talking talking(world, client, visit, std::move(*connected));
  talking.deadline = deadline;
  const Step step = co_await converse(talking);
  visit.end_exchange(outcome_of(step));
  if (step == Step::ok) visit.closed_cleanly();
  if (step != Step::ok && step != Step::end) talking.channel.abort();
}

task::Task<> pause(io::World& world, Duration time) {
  const TimePoint until = after(world.timers.now(), time);
  co_await task::sleep_until(world.run_queue, world.timers, until);
}

task::Task<> one_user(io::World& world, Client& client, Random random) {
  while (client.begun < client.options.connections) {
    co_await visit_once(world, client);
    const Duration thinking = client.options.think.draw(random);
    co_await pause(world, thinking);
  }
}

Random random_of(const Client& client, std::string_view purpose, std::uint64_t entity) {
  StreamKey key;
  key.seed = client.seed;
  key.purpose = purpose;
  key.entity = mix(client.host, entity);
  return Random(key);
}

task::Task<> begin_all(io::World& world, Client& client, task::TaskGroup& visits) {
  const ClientOptions& options = client.options;
  Random random = random_of(client, "arrivals", client.begun);
  if (options.load == Load::closed) {
    for (std::uint64_t user = 0; user < options.users; ++user) {
      visits.spawn(one_user(world, client, random_of(client, "user", user)));
    }
    co_return;
  }
  while (client.begun < options.connections) {
    visits.spawn(visit_once(world, client));
    if (options.load == Load::at_once) continue;
    const Duration gap = options.every.draw(random);
    co_await pause(world, gap);
  }
}

}  // namespace

task::Task<> run_client(io::World& world, Client& client) {
  if (client.retired) co_return;
  task::TaskGroup visits(world.run_queue);
  const TimePoint start = after(TimePoint(), client.options.start);
  co_await task::sleep_until(world.run_queue, world.timers, start);
  co_await begin_all(world, client, visits);
  while (visits.size() > 0) co_await visits.task_ended().wait();
  client.done = true;
}

}  // namespace weir::sim::model
