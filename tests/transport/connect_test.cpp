// Behaviours of connecting.

#include "transport/behaviour.hpp"
#include "transport/real_bench.hpp"

using namespace weir;
using namespace std::chrono_literals;
using task::Task;
using transport::accept;
using transport::all_end;
using transport::Bench;
using transport::connect;
using transport::connect_until;
using transport::Lines;
using transport::Party;

namespace {

std::string_view yes_or_no(bool is_so) { return is_so ? "yes" : "no"; }

// What it refers to outlives it, here and below.
Task<> connect_somewhere(Bench& bench, Party& client, Endpoint to) {
  co_await connect(bench, client, to);
}

Task<> accept_and_answer(Bench& bench, io::Listener& listener, std::size_t connections) {
  for (std::size_t i = 0; i < connections; ++i) {
    Party server(bench, "server");
    co_await accept(bench, server, listener);
    if (server.stream == nullptr) co_return;
    server.says("hello");
  }
}

Task<> count_hello(Bench& bench, Endpoint to, std::size_t& count) {
  Party client(bench, "client");
  co_await connect(bench, client, to);
  if (client.stream == nullptr) co_return;
  const std::string answer = co_await client.hears(5);
  if (answer == "hello") ++count;
}

}  // namespace

CONNECTION("both sides of a connection agree on its addresses",
           LOGS("client sees its peer where the server is: yes",
                "server sees its peer where the client is: yes", "client has a port: yes")) {
  client.notes("sees its peer where the server is: " +
               std::string(yes_or_no(client.stream->peer() == server.stream->local())));
  server.notes("sees its peer where the client is: " +
               std::string(yes_or_no(server.stream->peer() == client.stream->local())));
  client.notes("has a port: " + std::string(yes_or_no(client.stream->local().port != 0)));
  co_return;
}

BEHAVIOUR("a connect where nobody listens is refused", LOGS("client connects: refused")) {
  Party client(bench, "client");
  co_await connect(bench, client, bench.refusing_address());
}

BEHAVIOUR("a connect that nobody answers ends at its deadline",
          LOGS("client connects: timed out")) {
  Party client(bench, "client");
  const Endpoint to = co_await bench.silent_address();
  const TimePoint deadline = bench.client().timers.now() + 20ms;
  co_await connect_until(bench, client, to, deadline);
}

BEHAVIOUR("a connect whose deadline has passed ends at once, though somebody listens",
          LOGS("client connects: timed out")) {
  const auto listener = bench.listen();
  Party client(bench, "client");
  const TimePoint deadline = bench.client().timers.now() - 1ns;
  co_await connect_until(bench, client, listener->local(), deadline);
}

BEHAVIOUR("a connect to an address without a route fails", LOGS("client connects: unreachable")) {
  Party client(bench, "client");
  const Endpoint multicast = *parse_endpoint("224.0.0.1", 80);
  co_await connect(bench, client, multicast);
}

BEHAVIOUR("a connect that is destroyed while it waits leaves nothing behind",
          LOGS("files that it opened: 1", "files that are left: 0")) {
  Party client(bench, "client");
  const Endpoint to = co_await bench.silent_address();
  const std::size_t files = bench.open_files();
  task::TaskGroup group(bench.client().run_queue);
  group.spawn(connect_somewhere(bench, client, to));
  bench.log("files that it opened: " + std::to_string(bench.open_files() - files));
  group.cancel_all();
  bench.log("files that are left: " + std::to_string(bench.open_files() - files));
}

BEHAVIOUR("an address that refused serves once somebody listens there",
          LOGS("client connects: refused", "client writes 'hello'", "server reads 'hello'")) {
  Party client(bench, "client");
  Party server(bench, "server");
  auto listener = bench.listen();
  const Endpoint at = listener->local();
  listener = nullptr;
  co_await connect(bench, client, at);
  listener = bench.listen_at(at);
  co_await transport::join(bench, client, server, *listener);
  co_await client.writes("hello");
  co_await server.reads(5);
}

BEHAVIOUR("a client is connected, and can write, before anyone accepts",
          LOGS("client writes 'early'", "server reads 'early'")) {
  Party client(bench, "client");
  Party server(bench, "server");
  const auto listener = bench.listen();
  co_await connect(bench, client, listener->local());
  co_await client.writes("early");
  co_await accept(bench, server, *listener);
  co_await server.reads(5);
}

BEHAVIOUR("connections from one host to one address have ports of their own",
          LOGS("the ports differ: yes")) {
  Party first(bench, "first client");
  Party second(bench, "second client");
  const auto listener = bench.listen();
  co_await connect(bench, first, listener->local());
  co_await connect(bench, second, listener->local());
  const bool differ = first.stream->local().port != second.stream->local().port;
  bench.log("the ports differ: " + std::string(yes_or_no(differ)));
}

BEHAVIOUR("a hundred clients that connect at once are all served",
          LOGS("clients that got their answer: 100")) {
  constexpr std::size_t kClients = 100;
  const auto listener = bench.listen();
  std::size_t count = 0;
  task::TaskGroup group(bench.client().run_queue);
  for (std::size_t i = 0; i < kClients; ++i) {
    group.spawn(count_hello(bench, listener->local(), count));
  }
  group.spawn(accept_and_answer(bench, *listener, kClients));
  co_await all_end(bench, group);
  bench.log("clients that got their answer: " + std::to_string(count));
}

namespace {

// The server connects to a listener of its own.
Task<> serve_itself(Bench& bench, Endpoint listen_at, Endpoint connect_to) {
  const auto listener = bench.listen_at(listen_at);
  if (listener == nullptr) co_return;
  connect_to.port = listener->local().port;
  const TimePoint deadline = bench.deadline();
  auto connected = co_await bench.server().connector.connect(connect_to, deadline);
  if (!connected) {
    bench.log("server connects: " + std::string(to_string(connected.error().code)));
    co_return;
  }
  Party near(bench, "near end");
  near.stream = std::move(*connected);
  Party far(bench, "far end");
  co_await accept(bench, far, *listener);
  co_await near.writes("hello");
  co_await far.reads(5);
  const Endpoint to = far.stream->local();
  const bool is_own = to.port == connect_to.port && to == near.stream->peer();
  if (connect_to.address[0] != 0)
    bench.log("peer is who was asked for: " + std::string(yes_or_no(is_own)));
}

}  // namespace

BEHAVIOUR("a host reaches itself as 127.0.0.1",
          LOGS("near end writes 'hello'", "far end reads 'hello'",
               "peer is who was asked for: yes")) {
  const Endpoint loopback = *parse_endpoint("127.0.0.1", 0);
  co_await serve_itself(bench, loopback, loopback);
}

BEHAVIOUR("a listener at any address is reached by 127.0.0.1",
          LOGS("near end writes 'hello'", "far end reads 'hello'",
               "peer is who was asked for: yes")) {
  const Endpoint any = *parse_endpoint("0.0.0.0", 0);
  const Endpoint loopback = *parse_endpoint("127.0.0.1", 0);
  co_await serve_itself(bench, any, loopback);
}

BEHAVIOUR("a connect to the any-address reaches this host",
          LOGS("near end writes 'hello'", "far end reads 'hello'")) {
  const Endpoint any = *parse_endpoint("0.0.0.0", 0);
  co_await serve_itself(bench, any, any);
}

BEHAVIOUR("a connect to a port of this host where nobody listens is refused",
          LOGS("client connects: refused")) {
  Party client(bench, "client");
  Endpoint here = *parse_endpoint("127.0.0.1", 0);
  here.port = bench.refusing_address().port;
  co_await connect(bench, client, here);
}
