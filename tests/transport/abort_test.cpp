// Behaviours of a stream that its own side aborts.

#include "transport/behaviour.hpp"

using namespace weir;
using task::Task;
using transport::all_end;
using transport::Bench;
using transport::Lines;
using transport::Party;

namespace {

// The party outlives it, here and below.
Task<> read(Party& party) { co_await party.reads(); }

Task<> write(Party& party) { co_await party.writes("more"); }

}  // namespace

CONNECTION("after an abort reading and writing say reset",
           LOGS("client aborts", "client tries to read: reset",
                "client tries to write 'x': reset")) {
  client.aborts();
  client.tries_to_read();
  client.tries_to_write("x");
  co_return;
}

CONNECTION("an abort drops what was not read",
           LOGS("server writes 'unread'", "client is readable", "client aborts",
                "client tries to read: reset", "server reads reset")) {
  co_await server.writes("unread");
  co_await client.becomes_readable();
  client.aborts();
  client.tries_to_read();
  co_await server.reads();
}

CONNECTION("an abort takes back an end that was read",
           LOGS("server ends", "client reads end", "client aborts",
                "client tries to read: reset")) {
  server.ends();
  co_await client.reads();
  client.aborts();
  client.tries_to_read();
}

CONNECTION("an abort wakes its own side's reader", LOGS("client aborts", "client reads reset")) {
  task::TaskGroup group(bench.client().run_queue);
  group.spawn(read(client));
  client.aborts();
  co_await all_end(bench, group);
}

CONNECTION("an abort wakes its own side's writer",
           LOGS("client writes until would block", "client aborts",
                "client writes 'more': reset")) {
  co_await client.fills();
  task::TaskGroup group(bench.client().run_queue);
  group.spawn(write(client));
  client.aborts();
  co_await all_end(bench, group);
}

CONNECTION("an abort wakes a reader and a writer of its own side",
           LOGS("client writes until would block", "client aborts", "tasks: 2",
                "client reads reset", "client writes 'more': reset", "tasks: 0")) {
  co_await client.fills();
  task::TaskGroup group(bench.client().run_queue);
  group.spawn(read(client));
  group.spawn(write(client));
  client.aborts();
  bench.log("tasks: " + std::to_string(group.size()));  // they wake up later, never inline
  co_await all_end(bench, group);
  bench.log("tasks: " + std::to_string(group.size()));
}

CONNECTION("aborting twice is aborting once",
           LOGS("client aborts", "client aborts", "client tries to read: reset",
                "server reads reset")) {
  client.aborts();
  client.aborts();
  client.tries_to_read();
  co_await server.reads();
}

CONNECTION("after an abort, waiting ends at once, again and again",
           LOGS("client aborts", "client is readable", "client is writable", "client is readable",
                "client is writable")) {
  client.aborts();
  for (int i = 0; i < 2; ++i) {
    co_await client.becomes_readable();
    co_await client.becomes_writable();
  }
}

CONNECTION("after an abort, ending and closing do no harm",
           LOGS("client aborts", "client ends", "client closes", "server reads reset")) {
  client.aborts();
  client.ends();
  client.closes();
  co_await server.reads();
}

CONNECTION("an abort after the own end resets a peer that has not ended",
           LOGS("client ends", "server reads end", "client aborts", "server writes until reset",
                "server tries to read: end")) {
  client.ends();
  co_await server.reads();
  client.aborts();
  co_await server.writes_until_it_fails();
  server.tries_to_read();
}

CONNECTION("both abort at the same time",
           LOGS("client aborts", "server aborts", "client tries to read: reset",
                "server tries to read: reset")) {
  client.aborts();
  server.aborts();
  client.tries_to_read();
  server.tries_to_read();
  co_return;
}

CONNECTION("after an abort the peer's address is known, and the file is closed",
           LOGS("client aborts", "the same peer: yes", "files closed: 1")) {
  const Endpoint peer = client.stream->peer();
  const std::size_t files = bench.open_files();
  client.aborts();
  bench.log(peer == client.stream->peer() ? "the same peer: yes" : "the same peer: no");
  bench.log("files closed: " + std::to_string(files - bench.open_files()));
  co_return;
}

CONNECTION("after an abort the own address is known",
           DIFFERS("a closed socket of Linux has no address, and nobody needs it",
                   SIMULATED("client aborts", "the same self: yes"),
                   REAL("client aborts", "the same self: no"))) {
  const Endpoint self = client.stream->local();
  client.aborts();
  bench.log(self == client.stream->local() ? "the same self: yes" : "the same self: no");
  co_return;
}
