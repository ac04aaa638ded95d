// Behaviours of listening and accepting.

#include "transport/behaviour.hpp"

using namespace weir;
using task::Task;
using transport::accept;
using transport::all_end;
using transport::Bench;
using transport::connect;
using transport::Lines;
using transport::Party;
using transport::try_to_accept;

namespace {

std::string number(std::size_t n) { return std::to_string(n); }

io::ListenOptions shared_port() {
  io::ListenOptions options;
  options.share_port = true;
  return options;
}

}  // namespace

BEHAVIOUR("accepting where no connection waits would block",
          LOGS("server tries to accept: would block", "server tries to accept: would block")) {
  Party server(bench, "server");
  const auto listener = bench.listen();
  try_to_accept(server, *listener);
  try_to_accept(server, *listener);
  co_return;
}

BEHAVIOUR("connections are accepted in the order in which they were made",
          LOGS("server reads '1'", "server reads '2'", "server reads '3'",
               "server tries to accept: would block")) {
  const auto listener = bench.listen();
  Party first(bench, "first");
  Party second(bench, "second");
  Party third(bench, "third");
  co_await connect(bench, first, listener->local());
  co_await connect(bench, second, listener->local());
  co_await connect(bench, third, listener->local());
  // Written in another order, so that it is not the bytes that decide.
  third.says("3");
  first.says("1");
  second.says("2");
  Party server(bench, "server");
  for (int i = 0; i < 3; ++i) {
    co_await accept(bench, server, *listener);
    co_await server.reads(1);
  }
  try_to_accept(server, *listener);
}

BEHAVIOUR("a listener stays acceptable until its last connection is accepted",
          LOGS("accepted after a second wait", "server tries to accept: would block")) {
  const auto listener = bench.listen();
  Party client(bench, "client");
  Party server(bench, "server");
  co_await connect(bench, client, listener->local());
  task::Timers& timers = bench.server().timers;
  for (int i = 0; i < 2; ++i) {
    const auto wakeup = co_await listener->acceptable().wait_until(timers, bench.deadline());
    if (wakeup == task::Wakeup::timed_out) bench.log("is not acceptable in time");
  }
  co_await accept(bench, server, *listener);
  bench.log("accepted after a second wait");
  try_to_accept(server, *listener);
}

BEHAVIOUR("several connections that wait are all accepted", LOGS("accepted: 3")) {
  const auto listener = bench.listen();
  Party first(bench, "first");
  Party second(bench, "second");
  Party third(bench, "third");
  co_await connect(bench, first, listener->local());
  co_await connect(bench, second, listener->local());
  co_await connect(bench, third, listener->local());
  std::size_t accepted = 0;
  while (accepted < 3) {
    Party server(bench, "server");
    co_await accept(bench, server, *listener);
    if (server.stream == nullptr) break;
    ++accepted;
  }
  bench.log("accepted: " + number(accepted));
}

namespace {

// What it refers to outlives it.
Task<> wait_to_accept(Bench& bench, Party& server, io::Listener& listener) {
  co_await accept(bench, server, listener);
  bench.log("accepted while waiting");
}

}  // namespace

BEHAVIOUR("a connection wakes who waits to accept", LOGS("accepted while waiting")) {
  const auto listener = bench.listen();
  Party client(bench, "client");
  Party server(bench, "server");
  task::TaskGroup group(bench.server().run_queue);
  group.spawn(wait_to_accept(bench, server, *listener));
  co_await connect(bench, client, listener->local());
  co_await all_end(bench, group);
}

BEHAVIOUR("a listener is of use after who waited for it was destroyed",
          LOGS("client writes 'hello'", "server reads 'hello'")) {
  const auto listener = bench.listen();
  Party client(bench, "client");
  Party server(bench, "server");
  task::TaskGroup group(bench.server().run_queue);
  group.spawn(wait_to_accept(bench, server, *listener));
  group.cancel_all();
  co_await transport::join(bench, client, server, *listener);
  co_await client.writes("hello");
  co_await server.reads(5);
}

BEHAVIOUR("a port has one listener", LOGS("server listens: address in use")) {
  const auto listener = bench.listen();
  const auto second = bench.listen_at(listener->local());
  co_return;
}

BEHAVIOUR("a port is shared only by those who all want to share it",
          LOGS("server listens: address in use", "server listens: address in use")) {
  const auto alone = bench.listen();
  const auto late_sharer = bench.listen_at(alone->local(), shared_port());
  const auto sharer = bench.listen_at(bench.server_address(), shared_port());
  const auto late_loner = bench.listen_at(sharer->local());
  co_return;
}

BEHAVIOUR("listeners that share a port share the connections",
          LOGS("accepted: 64", "some by the first: 1", "some by the second: 1")) {
  constexpr std::size_t kClients = 64;
  const auto first = bench.listen_at(bench.server_address(), shared_port());
  const auto second = bench.listen_at(first->local(), shared_port());
  std::size_t accepted[2] = {0, 0};
  std::vector<std::unique_ptr<Party>> clients;
  Party server(bench, "server");
  for (std::size_t i = 0; i < kClients; ++i) {
    clients.push_back(std::make_unique<Party>(bench, "client"));
    co_await connect(bench, *clients.back(), first->local());
    if (clients.back()->stream == nullptr) co_return;
    // It is with one of the two, or on its way there.
    const TimePoint deadline = bench.deadline();
    for (bool taken = false; !taken && bench.server().timers.now() < deadline;) {
      for (const std::size_t which : {0U, 1U}) {
        io::AcceptResult result = (which == 0 ? first : second)->try_accept();
        if (result.status != io::AcceptStatus::ok) continue;
        ++accepted[which];
        taken = true;
      }
      task::Timers& timers = bench.server().timers;
      const TimePoint soon = timers.now() + std::chrono::microseconds(50);
      if (!taken) co_await task::sleep_until(bench.server().run_queue, timers, soon);
    }
  }
  bench.log("accepted: " + number(accepted[0] + accepted[1]));
  bench.log("some by the first: " + number(accepted[0] > 0 ? 1 : 0));
  bench.log("some by the second: " + number(accepted[1] > 0 ? 1 : 0));
}

BEHAVIOUR("when one of two that share a port stops, the other gets all that come",
          LOGS("accepted: 16", "server tries to accept: would block")) {
  constexpr std::size_t kClients = 16;
  auto first = bench.listen_at(bench.server_address(), shared_port());
  const auto second = bench.listen_at(first->local(), shared_port());
  first = nullptr;
  std::size_t accepted = 0;
  Party server(bench, "server");
  for (std::size_t i = 0; i < kClients; ++i) {
    Party client(bench, "client");
    co_await transport::join(bench, client, server, *second);
    if (server.stream != nullptr) ++accepted;
  }
  bench.log("accepted: " + number(accepted));
  try_to_accept(server, *second);
}

BEHAVIOUR("nobody listens at an address of another host",
          LOGS("server listens: address is not of this machine")) {
  const auto listener = bench.listen_at(bench.foreign_address());
  co_return;
}

BEHAVIOUR("port 0 is a free port, another one each time", LOGS("ports: free and different")) {
  const auto first = bench.listen();
  const auto second = bench.listen();
  const std::uint16_t one = first->local().port;
  const std::uint16_t other = second->local().port;
  const bool right = one != 0 && other != 0 && one != other;
  bench.log(right ? "ports: free and different" : "ports: wrong");
  co_return;
}

BEHAVIOUR("a listener at any address has its port to itself",
          LOGS("server listens: address in use", "server listens: address in use")) {
  Endpoint any = *parse_endpoint("0.0.0.0", 0);
  Endpoint loopback = *parse_endpoint("127.0.0.1", 0);
  const auto at_any = bench.listen_at(any);
  loopback.port = at_any->local().port;
  const auto also_at_loopback = bench.listen_at(loopback);
  const auto at_loopback = bench.listen();
  any.port = at_loopback->local().port;
  const auto also_at_any = bench.listen_at(any);
  co_return;
}

BEHAVIOUR("two addresses of a host are two places to listen",
          LOGS("client writes '1'", "server reads '1'", "server tries to accept: would block")) {
  const auto here = bench.listen();
  Endpoint elsewhere = *parse_endpoint("127.0.0.2", 0);
  elsewhere.port = here->local().port;
  const auto there = bench.listen_at(elsewhere);
  if (there == nullptr) co_return;
  Party client(bench, "client");
  Party server(bench, "server");
  co_await transport::join(bench, client, server, *here);
  co_await client.writes("1");
  co_await server.reads(1);
  try_to_accept(server, *there);
}

BEHAVIOUR("a port is free again when its listener is gone, while a connection of it is open",
          LOGS("client writes 'old'", "server reads 'old'", "second client writes 'new'",
               "second server reads 'new'")) {
  Party client(bench, "client");
  Party server(bench, "server");
  auto listener = bench.listen();
  const Endpoint at = listener->local();
  co_await transport::join(bench, client, server, *listener);
  listener = nullptr;
  listener = bench.listen_at(at);
  if (listener == nullptr) co_return;
  co_await client.writes("old");
  co_await server.reads(3);
  Party second_client(bench, "second client");
  Party second_server(bench, "second server");
  co_await transport::join(bench, second_client, second_server, *listener);
  co_await second_client.writes("new");
  co_await second_server.reads(3);
}

CONNECTION("a listener takes the port of a connection that its own host opened",
           DIFFERS("the simulated host keeps no account of such ports for listeners",
                   SIMULATED("client listens: ok"), REAL("client listens: address in use"))) {
  const io::ListenOptions options;
  const auto listener = bench.client().listeners.listen(client.stream->local(), options);
  client.notes("listens: " + (listener ? "ok" : std::string(to_string(listener.error().code))));
  co_return;
}
