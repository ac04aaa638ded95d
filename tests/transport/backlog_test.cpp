// What becomes of connections between their handshake and their being accepted.

#include "transport/behaviour.hpp"

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
using transport::try_to_accept;

namespace {

io::ListenOptions backlog_of(int connections) {
  io::ListenOptions options;
  options.backlog = connections;
  return options;
}

// What it refers to outlives it.
Task<> connect_and_say(Bench& bench, Party& client, Endpoint to) {
  co_await connect(bench, client, to);
  client.notes("is connected");
}

}  // namespace

BEHAVIOUR("a backlog of 2 holds 3 connections, and the next connect waits in vain",
          LOGS("first is connected", "second is connected", "third is connected",
               "fourth connects: timed out")) {
  const auto listener = bench.listen_at(bench.server_address(), backlog_of(2));
  Party first(bench, "first");
  Party second(bench, "second");
  Party third(bench, "third");
  co_await connect_and_say(bench, first, listener->local());
  co_await connect_and_say(bench, second, listener->local());
  co_await connect_and_say(bench, third, listener->local());
  Party fourth(bench, "fourth");
  const TimePoint deadline = bench.client().timers.now() + 20ms;
  co_await connect_until(bench, fourth, listener->local(), deadline);
}

BEHAVIOUR("a connect that finds the backlog full gets through once there is room",
          LOGS("first is connected", "second is connected", "second writes 'hello'",
               "server reads 'hello'")) {
  const auto listener = bench.listen_at(bench.server_address(), backlog_of(0));
  Party first(bench, "first");
  Party second(bench, "second");
  Party server(bench, "server");
  co_await connect_and_say(bench, first, listener->local());
  task::TaskGroup group(bench.client().run_queue);
  group.spawn(connect_and_say(bench, second, listener->local()));
  co_await accept(bench, server, *listener);
  co_await all_end(bench, group);  // after the next retry of its SYN, a second later
  co_await second.writes("hello");
  co_await accept(bench, server, *listener);
  co_await server.reads(5);
}

BEHAVIOUR("a listener that goes resets the connections that nobody accepted",
          LOGS("first reads reset", "second writes until reset")) {
  auto listener = bench.listen();
  Party first(bench, "first");
  Party second(bench, "second");
  co_await connect(bench, first, listener->local());
  co_await connect(bench, second, listener->local());
  listener = nullptr;
  co_await first.reads();
  co_await second.writes_until_it_fails();
}

BEHAVIOUR("a listener that goes leaves accepted connections alone",
          LOGS("client writes 'hello'", "server reads 'hello'", "server writes 'there'",
               "client reads 'there'")) {
  auto listener = bench.listen();
  Party client(bench, "client");
  Party server(bench, "server");
  co_await transport::join(bench, client, server, *listener);
  listener = nullptr;
  co_await client.writes("hello");
  co_await server.reads(5);
  co_await server.writes("there");
  co_await client.reads(5);
}

BEHAVIOUR("an address refuses once its listener is gone", LOGS("client connects: refused")) {
  auto listener = bench.listen();
  const Endpoint at = listener->local();
  listener = nullptr;
  Party client(bench, "client");
  co_await connect(bench, client, at);
}

BEHAVIOUR("a connection that was closed before it is accepted still delivers all",
          LOGS("client writes 'bye'", "client closes", "server reads 'bye', then end")) {
  const auto listener = bench.listen();
  Party client(bench, "client");
  Party server(bench, "server");
  co_await connect(bench, client, listener->local());
  co_await client.writes("bye");
  client.closes();
  co_await accept(bench, server, *listener);
  co_await server.reads_to_end();
}

BEHAVIOUR("a connection that was half-closed before it is accepted can be answered",
          LOGS("client writes 'ask'", "client ends", "server reads 'ask', then end",
               "server writes 'answer'", "client reads 'answer'")) {
  const auto listener = bench.listen();
  Party client(bench, "client");
  Party server(bench, "server");
  co_await connect(bench, client, listener->local());
  co_await client.writes("ask");
  client.ends();
  co_await accept(bench, server, *listener);
  co_await server.reads_to_end();
  co_await server.writes("answer");
  co_await client.reads(6);
}

BEHAVIOUR("a connection that was aborted before it is accepted is accepted, and reset",
          LOGS("client aborts", "server reads 'first'", "server reads reset")) {
  const auto listener = bench.listen();
  Party client(bench, "client");
  Party later(bench, "later client");
  Party server(bench, "server");
  co_await connect(bench, client, listener->local());
  client.says("first");
  client.aborts();
  // What a later connection brings came after the reset.
  co_await connect(bench, later, listener->local());
  co_await accept(bench, server, *listener);
  co_await server.reads(5);
  co_await server.reads();
}

BEHAVIOUR("a connection that nobody accepted is closed with its listener though it sent bytes",
          LOGS("client writes 'hello'", "client reads reset")) {
  auto listener = bench.listen();
  Party client(bench, "client");
  co_await connect(bench, client, listener->local());
  co_await client.writes("hello");
  listener = nullptr;
  co_await client.reads();
}
