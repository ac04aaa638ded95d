// Behaviours of ending a connection in peace.

#include "transport/behaviour.hpp"

using namespace weir;
using task::Task;
using transport::accept;
using transport::all_end;
using transport::Bench;
using transport::connect;
using transport::Lines;
using transport::Party;

namespace {

// The party outlives it.
Task<> write_and_close(Party& party, std::size_t bytes) {
  co_await party.writes_bulk(bytes);
  party.closes();
}

}  // namespace

CONNECTION("the client ends, the server goes on",
           LOGS("client ends", "server reads end", "server writes 'late'", "client reads 'late'",
                "server ends", "client reads end")) {
  client.ends();
  co_await server.reads();
  co_await server.writes("late");
  co_await client.reads(4);
  server.ends();
  co_await client.reads();
}

CONNECTION("the server ends, the client goes on",
           LOGS("server ends", "client reads end", "client writes 'late'", "server reads 'late'",
                "client ends", "server reads end")) {
  server.ends();
  co_await client.reads();
  co_await client.writes("late");
  co_await server.reads(4);
  client.ends();
  co_await server.reads();
}

CONNECTION("both end at the same time",
           LOGS("client ends", "server ends", "client reads end", "server reads end")) {
  client.ends();
  server.ends();
  co_await client.reads();
  co_await server.reads();
}

CONNECTION("both close at the same time", LOGS("client closes", "server closes")) {
  client.closes();
  server.closes();
  co_return;
}

CONNECTION("the end comes after the bytes that were written before it",
           LOGS("client writes 'bye'", "client ends", "server reads 'bye'", "server reads end")) {
  co_await client.writes("bye");
  client.ends();
  co_await server.reads(3);
  co_await server.reads();
}

CONNECTION("the end stays", LOGS("client ends", "server reads end", "server tries to read: end",
                                 "server writes 'late'", "client reads 'late'",
                                 "server tries to read: end", "server reads end")) {
  client.ends();
  co_await server.reads();
  server.tries_to_read();
  co_await server.writes("late");
  co_await client.reads(4);
  server.tries_to_read();
  co_await server.reads();
}

CONNECTION("ending twice is ending once", LOGS("client ends", "client ends", "server reads end",
                                               "server writes 'late'", "client reads 'late'")) {
  client.ends();
  client.ends();
  co_await server.reads();
  co_await server.writes("late");
  co_await client.reads(4);
}

CONNECTION("a long answer comes whole after the question has ended",
           LOGS("client writes 'ask'", "client ends", "server reads 'ask', then end",
                "server writes 2000000 bytes", "server closes",
                "client reads all right bytes, then end")) {
  co_await client.writes("ask");
  client.ends();
  co_await server.reads_to_end();
  task::TaskGroup group(bench.server().run_queue);
  group.spawn(write_and_close(server, 2'000'000));
  co_await client.reads_bulk_to_end(server);
  co_await all_end(bench, group);
}

CONNECTION("what did not fit into the network yet is delivered before the end",
           LOGS("client writes until would block", "client ends",
                "server reads all right bytes, then end")) {
  co_await client.fills();
  client.ends();
  co_await server.reads_bulk_to_end(client);
}

CONNECTION("a stream that is destroyed delivers what was written, then the end",
           LOGS("client writes 'bye'", "client closes", "server reads 'bye', then end")) {
  co_await client.writes("bye");
  client.closes();
  co_await server.reads_to_end();
}

CONNECTION("a stream that is destroyed while its buffers are full delivers all of it",
           LOGS("client writes until would block", "client closes",
                "server reads all right bytes, then end")) {
  co_await client.fills();
  client.closes();
  co_await server.reads_bulk_to_end(client);
}

CONNECTION("the client closes first, then the server",
           LOGS("client closes", "server reads end", "server closes")) {
  client.closes();
  co_await server.reads();
  server.closes();
}

CONNECTION("the server closes first, then the client",
           LOGS("server closes", "client reads end", "client closes")) {
  server.closes();
  co_await client.reads();
  client.closes();
}

CONNECTION("who closes without having read the peer's end resets nothing",
           LOGS("server writes 'all'", "server ends", "client reads 'all'", "client is readable",
                "client closes", "server reads end")) {
  co_await server.writes("all");
  server.ends();
  co_await client.reads(3);
  co_await client.becomes_readable();
  client.closes();
  co_await server.reads();
}

CONNECTION("who closes after both have ended resets nothing, even with bytes unread",
           LOGS("server writes 'last'", "server ends", "client ends", "server reads end",
                "client is readable", "client closes", "server tries to read: end")) {
  co_await server.writes("last");
  server.ends();
  client.ends();
  co_await server.reads();
  co_await client.becomes_readable();
  client.closes();
  server.tries_to_read();
}

CONNECTION("the address of a peer that has gone is still known",
           LOGS("client closes", "server reads end", "the same peer: yes", "the same self: yes")) {
  const Endpoint peer = server.stream->peer();
  const Endpoint self = server.stream->local();
  client.closes();
  co_await server.reads();
  bench.log(peer == server.stream->peer() ? "the same peer: yes" : "the same peer: no");
  bench.log(self == server.stream->local() ? "the same self: yes" : "the same self: no");
}

BEHAVIOUR("a connection follows another at the same port, whoever closed first",
          LOGS("rounds: 20", "all said hello: yes")) {
  constexpr int kRounds = 20;
  const auto listener = bench.listen();
  int rounds = 0;
  bool all_said = true;
  for (; rounds < kRounds; ++rounds) {
    Party client(bench, "client");
    Party server(bench, "server");
    co_await transport::join(bench, client, server, *listener);
    if (server.stream == nullptr) break;
    Party& first = rounds % 2 == 0 ? client : server;
    Party& second = rounds % 2 == 0 ? server : client;
    first.says("hello");
    first.stream = nullptr;
    const std::string said = co_await second.hears(6);
    all_said = all_said && said == "hello";
  }
  bench.log("rounds: " + std::to_string(rounds));
  bench.log(all_said ? "all said hello: yes" : "all said hello: no");
}
