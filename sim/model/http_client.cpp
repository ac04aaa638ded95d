#include "sim/model/http_client.hpp"

#include <utility>

#include "sim/model/http_talking.hpp"

namespace weir::sim::model {
namespace {

// A connection, and what is asked on it. True: the client has had enough.
task::Task<bool> talk_once(HttpTalking& talking) {
  HttpClient& client = talking.client;
  io::World& world = talking.world;
  const TimePoint deadline = talking.begin_request().deadline;
  auto connected = co_await world.connector.connect(client.to, deadline);
  if (!connected) {
    const bool deadline_passed = world.timers.now() >= deadline;
    talking.end_all(outcome_of(connected.error().code, deadline_passed));
    co_return false;
  }
  client.witness.connected(talking.connection, (*connected)->local());
  talking.connected(std::move(*connected));
  if (client.options.attack != HttpAttack::none) {
    co_await attack(talking);
    co_return true;
  }
  co_await converse(talking);
  co_return talking.sent == Step::quit || talking.received == Step::quit;
}

task::Task<> think(io::World& world, HttpClient& client, Random& random) {
  const Duration thinking = client.options.think.draw(random);
  const TimePoint until = after(world.timers.now(), thinking);
  co_await task::sleep_until(world.run_queue, world.timers, until);
}

task::Task<> visit_once(io::World& world, HttpClient& client) {
  std::uint32_t left = client.options.requests;
  for (;;) {
    HttpTalking talking(world, client, left);
    const bool has_enough = co_await talk_once(talking);
    left -= talking.begun();
    if (left == 0 || has_enough) co_return;
    co_await think(world, client, talking.random);
  }
}

}  // namespace

task::Task<> HttpClient::visit(io::World& world) { return visit_once(world, *this); }

}  // namespace weir::sim::model
