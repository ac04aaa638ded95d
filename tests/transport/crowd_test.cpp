// Many connections, one after another and all at once, in both worlds: nothing is left of them.
// The sanitizers' builds run all of it, too.

#include "transport/behaviour.hpp"
#include "transport/real_bench.hpp"
#include "transport/sim_bench.hpp"

using namespace weir;
using task::Task;
using transport::accept;
using transport::Bench;
using transport::connect;
using transport::Party;

namespace {

// What it refers to outlives it, here and below. One connection that says something in both
// directions and ends in one of the ways in which connections end.
Task<> one_connection(Bench& bench, io::Listener& listener, std::size_t number,
                      std::size_t& served) {
  Party client(bench, "client");
  Party server(bench, "server");
  co_await transport::join(bench, client, server, listener);
  if (server.stream == nullptr) co_return;
  client.says("ping");
  const std::string heard = co_await server.hears(4);
  if (heard == "ping") server.says("pong");
  const std::string answer = co_await client.hears(4);
  if (answer == "pong") ++served;
  Party& first = number % 2 == 0 ? client : server;
  if (number % 3 == 0) first.stream->shutdown_write();
  if (number % 5 == 0) first.stream->abort();
  first.stream = nullptr;
}

Task<> one_after_another(Bench& bench, std::size_t connections, std::size_t& served) {
  const auto listener = bench.listen();
  for (std::size_t i = 0; i < connections; ++i) {
    co_await one_connection(bench, *listener, i, served);
  }
}

// Tells when its owner may go on: all have arrived, or no more will.
struct Gathering {
  Gathering(task::RunQueue& run_queue, std::size_t everybody)
      : expected(everybody), complete(run_queue) {}
  void arrive() {
    if (++arrived == expected) complete.signal();
  }
  const std::size_t expected;
  std::size_t arrived = 0;
  std::size_t served = 0;
  task::Event complete;
};

Task<> hold_then_echo(Bench& bench, Endpoint to, Gathering& gathering, task::Event& go,
                      Party& client) {
  co_await connect(bench, client, to);
  gathering.arrive();
  co_await go.wait();
  if (client.stream == nullptr) co_return;
  client.says("ping");
  const std::string answer = co_await client.hears(4);
  if (answer == "ping") ++gathering.served;
}

Task<> echo(Party& server) {
  const std::string heard = co_await server.hears(4);
  if (!heard.empty()) server.says(heard);
}

struct Pair {
  explicit Pair(Bench& bench)
      : client(bench, "client"), server(bench, "server"), go(bench.client().run_queue) {}
  Party client;
  Party server;
  task::Event go;
};

// All are connected before the first says anything, and connected until the last was served.
Task<> all_at_once(Bench& bench, std::size_t connections, std::size_t& served) {
  const auto listener = bench.listen();
  Gathering gathering(bench.client().run_queue, connections);
  std::vector<std::unique_ptr<Pair>> pairs;
  for (std::size_t i = 0; i < connections; ++i) pairs.push_back(std::make_unique<Pair>(bench));
  task::TaskGroup group(bench.client().run_queue);
  for (const auto& pair : pairs) {
    group.spawn(hold_then_echo(bench, listener->local(), gathering, pair->go, pair->client));
    co_await accept(bench, pair->server, *listener);
    if (pair->server.stream == nullptr) co_return;
    group.spawn(echo(pair->server));
  }
  while (gathering.arrived < connections) {
    const TimePoint deadline = bench.deadline();
    const auto wakeup = co_await gathering.complete.wait_until(bench.client().timers, deadline);
    if (wakeup == task::Wakeup::timed_out) co_return;
  }
  for (const auto& pair : pairs) pair->go.signal();
  co_await transport::all_end(bench, group);
  served = gathering.served;
}

using Crowd = Task<> (*)(Bench& bench, std::size_t connections, std::size_t& served);

template <class World>
void check_crowd(Crowd crowd, std::size_t connections) {
  World bench;
  const std::size_t files = bench.open_files();
  const Census before = Census::here();
  std::size_t served = 0;
  CHECK(bench.run(crowd(bench, connections, served)));
  CHECK(bench.lines().empty());
  CHECK(served == connections);
  CHECK(bench.open_files() == files);
  CHECK(bench.connections_left() == 0);
  CHECK(Census::here().describe() == Census(before).describe());
}

}  // namespace

TEST_CASE("10,000 real connections one after another leave nothing behind") {
  check_crowd<transport::RealBench>(&one_after_another, 10'000);
}

TEST_CASE("100,000 simulated connections one after another leave nothing behind") {
  check_crowd<transport::SimBench>(&one_after_another, 100'000);
}

TEST_CASE("5,000 real connections at once are all served") {
  check_crowd<transport::RealBench>(&all_at_once, 5'000);
}

TEST_CASE("5,000 simulated connections at once are all served") {
  check_crowd<transport::SimBench>(&all_at_once, 5'000);
}
