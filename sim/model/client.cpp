#include "sim/model/client.hpp"

#include <utility>

#include "sim/model/talking.hpp"

namespace weir::sim::model {
namespace {

task::Task<> visit_once(io::World& world, Client& client) {
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

}  // namespace

task::Task<> Client::visit(io::World& world) { return visit_once(world, *this); }

}  // namespace weir::sim::model
