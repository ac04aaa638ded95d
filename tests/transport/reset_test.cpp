// Behaviours of connections that are reset by the peer.

#include "transport/behaviour.hpp"

using namespace weir;
using task::Task;
using transport::all_end;
using transport::Bench;
using transport::Lines;
using transport::Party;

namespace {

// The party outlives it, here and below.
Task<> wait_then_read(Party& party) {
  co_await party.becomes_readable();
  party.tries_to_read();
}

Task<> wait_until_broken(Party& party) { co_await party.becomes_broken(); }

Task<> wait_then_write(Party& party) {
  co_await party.becomes_writable();
  party.tries_to_write("more");
}

}  // namespace

CONNECTION("who closes with bytes unread resets the connection",
           LOGS("server writes 'unread'", "client is readable", "client closes",
                "server reads reset")) {
  co_await server.writes("unread");
  co_await client.becomes_readable();
  client.closes();
  co_await server.reads();
}

CONNECTION("who closes with bytes unread still delivers what it wrote itself",
           LOGS("client writes 'bye'", "server writes 'unread'", "client is readable",
                "client closes", "server reads 'bye', then reset")) {
  co_await client.writes("bye");
  co_await server.writes("unread");
  co_await client.becomes_readable();
  client.closes();
  co_await server.reads_to_end();
}

CONNECTION("who closes after the peer's end, with bytes unread, resets the connection",
           LOGS("server writes 'unread'", "server ends", "client is readable", "client closes",
                "server reads reset")) {
  co_await server.writes("unread");
  server.ends();
  co_await client.becomes_readable();
  client.closes();
  co_await server.reads();
}

CONNECTION("an abort is read as a reset", LOGS("client aborts", "server reads reset")) {
  client.aborts();
  co_await server.reads();
}

CONNECTION("an abort makes writing fail", LOGS("client aborts", "server writes until reset")) {
  client.aborts();
  co_await server.writes_until_it_fails();
}

CONNECTION("an abort wakes who waits to read",
           LOGS("client aborts", "server is readable", "server tries to read: reset")) {
  task::TaskGroup group(bench.server().run_queue);
  group.spawn(wait_then_read(server));
  client.aborts();
  co_await all_end(bench, group);
}

CONNECTION("an abort breaks the peer's stream, whatever is unread",
           LOGS("client writes 'hello'", "client aborts", "server is broken",
                "server reads 'hello', then reset")) {
  co_await client.writes("hello");
  client.aborts();
  co_await server.becomes_broken();
  co_await server.reads_to_end();
}

CONNECTION("an abort tells who waits for that while neither side reads",
           LOGS("client writes until would block", "server writes until would block",
                "client aborts", "server is broken", "server tries to write 'more': reset")) {
  co_await client.fills();
  co_await server.fills();
  task::TaskGroup group(bench.server().run_queue);
  group.spawn(wait_until_broken(server));
  client.aborts();
  co_await all_end(bench, group);
  server.tries_to_write("more");
}

CONNECTION("a close with bytes unread breaks the peer's stream",
           LOGS("server writes 'unread'", "client is readable", "client closes", "server is broken",
                "server is broken", "server reads reset")) {
  co_await server.writes("unread");
  co_await client.becomes_readable();
  client.closes();
  co_await server.becomes_broken();
  co_await server.becomes_broken();
  co_await server.reads();
}

CONNECTION("an end does not break the peer's stream",
           LOGS("client writes 'bye'", "client ends", "server is not broken",
                "server reads 'bye', then end", "server is not broken")) {
  co_await client.writes("bye");
  client.ends();
  co_await bench.round_trip();
  co_await server.stays_whole();
  co_await server.reads_to_end();
  co_await server.stays_whole();
}

CONNECTION("a reset after the end does not break the peer's stream",
           LOGS("client writes 'bye'", "client ends", "client aborts", "server is not broken",
                "server reads 'bye', then end", "server writes until reset",
                "server is not broken")) {
  co_await client.writes("bye");
  client.ends();
  client.aborts();
  co_await bench.round_trip();
  co_await server.stays_whole();
  co_await server.reads_to_end();
  co_await server.writes_until_it_fails();
  co_await server.stays_whole();
}

CONNECTION("an abort breaks the own stream", LOGS("client aborts", "client is broken")) {
  client.aborts();
  co_await client.becomes_broken();
}

CONNECTION("an abort wakes who waits to write",
           LOGS("server writes until would block", "client aborts", "server is writable",
                "server tries to write 'more': reset")) {
  co_await server.fills();
  task::TaskGroup group(bench.server().run_queue);
  group.spawn(wait_then_write(server));
  client.aborts();
  co_await all_end(bench, group);
}

CONNECTION("a close with bytes unread wakes who waits to write",
           LOGS("server writes until would block", "client closes", "server is writable",
                "server tries to write 'more': reset")) {
  co_await server.fills();
  co_await client.stream->readable().wait_until(bench.client().timers, bench.deadline());
  task::TaskGroup group(bench.server().run_queue);
  group.spawn(wait_then_write(server));
  client.closes();
  co_await all_end(bench, group);
}

CONNECTION("a reset stays, for reading and for writing",
           LOGS("client aborts", "server reads reset", "server tries to write 'x': reset",
                "server tries to read: reset", "server tries to write 'x': reset",
                "server is readable", "server is writable", "server tries to read: reset",
                "server is readable", "server is writable", "server tries to read: reset")) {
  client.aborts();
  co_await server.reads();
  server.tries_to_write("x");
  server.tries_to_read();
  server.tries_to_write("x");
  for (int i = 0; i < 2; ++i) {
    co_await server.becomes_readable();
    co_await server.becomes_writable();
    server.tries_to_read();
  }
}

CONNECTION("bytes that arrived before a reset are read before it",
           LOGS("client writes 'hello'", "client aborts", "server reads 'hello', then reset")) {
  co_await client.writes("hello");
  client.aborts();
  co_await server.reads_to_end();
}

CONNECTION("bytes that arrived before a reset are read even after a write failed",
           LOGS("client writes 'hello'", "client aborts", "server writes until reset",
                "server reads 'hello'", "server reads reset", "server reads reset")) {
  co_await client.writes("hello");
  client.aborts();
  co_await server.writes_until_it_fails();
  co_await server.reads(5);
  co_await server.reads();
  co_await server.reads();
}

CONNECTION("bytes that arrived before a reset can be read one at a time",
           LOGS("client writes 'abc'", "client aborts", "server writes until reset",
                "server reads 'a'", "server reads 'b'", "server reads 'c'", "server reads reset")) {
  co_await client.writes("abc");
  client.aborts();
  co_await server.writes_until_it_fails();
  for (int i = 0; i < 3; ++i) co_await server.reads(1);
  co_await server.reads();
}

CONNECTION("an end that came before a reset is read as the end, and writing fails",
           LOGS("client writes 'hello'", "client ends", "client aborts",
                "server writes until reset", "server reads 'hello', then end",
                "server tries to read: end", "server tries to write 'x': reset")) {
  co_await client.writes("hello");
  client.ends();
  client.aborts();
  co_await server.writes_until_it_fails();
  co_await server.reads_to_end();
  server.tries_to_read();
  server.tries_to_write("x");
}

CONNECTION("the first write after the peer closed goes through, then comes the reset",
           LOGS("client closes", "server reads end", "server writes 'x'",
                "server writes until reset")) {
  client.closes();
  co_await server.reads();
  co_await server.writes("x");
  co_await server.writes_until_it_fails();
}

CONNECTION("after a write to a peer that closed, reading stays at the end",
           LOGS("client closes", "server reads end", "server writes until reset",
                "server tries to read: end", "server is readable", "server tries to read: end")) {
  client.closes();
  co_await server.reads();
  co_await server.writes_until_it_fails();
  server.tries_to_read();
  co_await server.becomes_readable();
  server.tries_to_read();
}

CONNECTION("after a write to a peer that closed, what it had sent is still read, up to its end",
           LOGS("client writes 'bye'", "client closes", "server writes until reset",
                "server reads 'bye'", "server reads end")) {
  co_await client.writes("bye");
  client.closes();
  co_await server.writes_until_it_fails();
  co_await server.reads(3);
  co_await server.reads();
}

CONNECTION("who ends and then closes resets a peer that goes on writing",
           LOGS("client ends", "client closes", "server reads end", "server writes until reset")) {
  client.ends();
  client.closes();
  co_await server.reads();
  co_await server.writes_until_it_fails();
}

CONNECTION("who closes resets a peer whose bytes are still on their way",
           LOGS("server writes until would block", "client closes", "server writes until reset")) {
  co_await server.fills();
  client.closes();
  co_await server.writes_until_it_fails();
}

CONNECTION("a peer that ended is reset by an abort all the same",
           LOGS("server ends", "client reads end", "client aborts", "server reads reset")) {
  server.ends();
  co_await client.reads();
  client.aborts();
  co_await server.reads();
}

CONNECTION("an abort after the own end is no end any more to a peer that waits to write",
           LOGS("server writes until would block", "client ends", "server reads end",
                "client aborts", "server is writable", "server tries to write 'more': reset",
                "server tries to read: end")) {
  co_await server.fills();
  client.ends();
  co_await server.reads();
  task::TaskGroup group(bench.server().run_queue);
  group.spawn(wait_then_write(server));
  client.aborts();
  co_await all_end(bench, group);
  server.tries_to_read();
}

CONNECTION("after a reset, ending and closing do no harm",
           LOGS("client aborts", "server reads reset", "server ends", "server aborts",
                "server closes")) {
  client.aborts();
  co_await server.reads();
  server.ends();
  server.aborts();
  server.closes();
}

CONNECTION("an abort loses what did not fit into the network yet",
           LOGS("client writes until would block", "client aborts",
                "server reads some right bytes, then reset")) {
  co_await client.fills();
  client.aborts();
  co_await server.reads_bulk_to_end(client);
}
