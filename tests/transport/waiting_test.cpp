// Behaviours of waiting for a stream, and of giving up waiting.

#include "task/race.hpp"
#include "transport/behaviour.hpp"

using namespace weir;
using namespace std::chrono_literals;
using task::Task;
using transport::all_end;
using transport::Bench;
using transport::Lines;
using transport::Party;

namespace {

// What it refers to outlives it, here and below.
Task<> read(Party& party) { co_await party.reads(); }

Task<> write(Party& party) { co_await party.writes("more"); }

Task<> expect_number(Party& party, std::size_t number, std::size_t& right) {
  const std::string text = co_await party.hears(3);
  if (text == std::to_string(100 + number)) ++right;
}

Task<> sleep(io::World& world, Duration wait) {
  co_await task::sleep_until(world.run_queue, world.timers, world.timers.now() + wait);
}

}  // namespace

CONNECTION("a fresh connection is writable at once, on both sides",
           LOGS("client is writable", "server is writable", "client is writable")) {
  co_await client.becomes_writable();
  co_await server.becomes_writable();
  co_await client.becomes_writable();
}

CONNECTION("a fresh connection has nothing to read",
           LOGS("client tries to read: would block", "server tries to read: would block")) {
  client.tries_to_read();
  server.tries_to_read();
  co_return;
}

CONNECTION("a stream stays readable until its bytes are read",
           LOGS("client writes 'abc'", "server is readable", "server is readable",
                "server reads 'a'", "server is readable", "server reads 'bc'",
                "server tries to read: would block")) {
  co_await client.writes("abc");
  co_await server.becomes_readable();
  co_await server.becomes_readable();
  co_await server.reads(1);
  co_await server.becomes_readable();
  co_await server.reads(2);
  server.tries_to_read();
}

CONNECTION("a stream that was read empty is readable again when more comes",
           LOGS("server reads 'one'", "server tries to read: would block", "server reads 'two'",
                "server tries to read: would block")) {
  client.says("one");
  co_await server.reads(3);
  server.tries_to_read();
  client.says("two");
  co_await server.reads(3);
  server.tries_to_read();
}

CONNECTION("a stream stays readable at its end",
           LOGS("client ends", "server is readable", "server tries to read: end",
                "server is readable", "server tries to read: end", "server is readable")) {
  client.ends();
  co_await server.becomes_readable();
  server.tries_to_read();
  co_await server.becomes_readable();
  server.tries_to_read();
  co_await server.becomes_readable();
}

CONNECTION("bytes wake who waits for them", LOGS("client writes 'hello'", "server reads 'hello'")) {
  task::TaskGroup group(bench.server().run_queue);
  group.spawn(read(server));
  co_await client.writes("hello");
  co_await all_end(bench, group);
}

CONNECTION("the end wakes who waits for bytes", LOGS("client ends", "server reads end")) {
  task::TaskGroup group(bench.server().run_queue);
  group.spawn(read(server));
  client.ends();
  co_await all_end(bench, group);
}

CONNECTION("the end wakes who waits for bytes when the peer is destroyed",
           LOGS("client closes", "server reads end")) {
  task::TaskGroup group(bench.server().run_queue);
  group.spawn(read(server));
  client.closes();
  co_await all_end(bench, group);
}

CONNECTION("who waits to read and who waits to write do not disturb each other",
           LOGS("server writes until would block", "server reads 'hello'", "the writer waits: yes",
                "server writes 'more'")) {
  co_await server.fills();
  task::TaskGroup readers(bench.server().run_queue);
  task::TaskGroup writers(bench.server().run_queue);
  readers.spawn(read(server));
  writers.spawn(write(server));
  client.says("hello");
  co_await all_end(bench, readers);
  bench.log(writers.size() == 1 ? "the writer waits: yes" : "the writer waits: no");
  co_await client.pull_bulk(server.bulk_written());
  co_await all_end(bench, writers);
}

CONNECTION("a stream is of use after who waited to read it was destroyed",
           LOGS("client writes 'hello'", "server reads 'hello'", "server writes 'there'",
                "client reads 'there'")) {
  task::TaskGroup group(bench.server().run_queue);
  group.spawn(read(server));
  group.cancel_all();
  co_await client.writes("hello");
  co_await server.reads(5);
  co_await server.writes("there");
  co_await client.reads(5);
}

CONNECTION("a stream is of use after who waited to write it was destroyed",
           LOGS("client writes until would block", "server has read all of it",
                "client writes 'more'")) {
  co_await client.fills();
  task::TaskGroup group(bench.client().run_queue);
  group.spawn(write(client));
  group.cancel_all();
  co_await server.pull_bulk(client.bulk_written());
  server.notes("has read all of it");
  co_await client.writes("more");
}

CONNECTION("a timer wins against a read to which nothing comes, and the stream goes on",
           LOGS("winner: the timer", "client writes 'late'", "server reads 'late'")) {
  const std::size_t winner = co_await task::race(read(server), sleep(bench.server(), 2ms));
  bench.log(winner == 1 ? "winner: the timer" : "winner: the read");
  co_await client.writes("late");
  co_await server.reads(4);
}

CONNECTION("a read wins against a timer that is far away",
           LOGS("server reads 'hello'", "winner: the read")) {
  client.says("hello");
  const std::size_t winner = co_await task::race(read(server), sleep(bench.server(), 15s));
  bench.log(winner == 1 ? "winner: the timer" : "winner: the read");
}

BEHAVIOUR("of two streams, the one that gets bytes wins",
          LOGS("second reads 'hello'", "winner: the second", "first reads 'there'")) {
  const auto listener = bench.listen();
  Party client_one(bench, "client");
  Party client_two(bench, "client");
  Party first(bench, "first");
  Party second(bench, "second");
  co_await transport::join(bench, client_one, first, *listener);
  co_await transport::join(bench, client_two, second, *listener);
  client_two.says("hello");
  const std::size_t winner = co_await task::race(read(first), read(second));
  bench.log(winner == 1 ? "winner: the second" : "winner: the first");
  client_one.says("there");
  co_await first.reads(5);
}

CONNECTION("waiting to read ends at its deadline, and the stream goes on",
           LOGS("deadline passed", "client writes 'late'", "server reads 'late'")) {
  task::Timers& timers = bench.server().timers;
  const TimePoint soon = timers.now() + 2ms;
  const auto wakeup = co_await server.stream->readable().wait_until(timers, soon);
  if (wakeup == task::Wakeup::timed_out) bench.log("deadline passed");
  co_await client.writes("late");
  co_await server.reads(4);
}

CONNECTION("waiting to write ends at its deadline, and the stream goes on",
           LOGS("client writes until would block", "deadline passed", "server has read all of it",
                "client writes 'late'")) {
  co_await client.fills();
  task::Timers& timers = bench.client().timers;
  const TimePoint soon = timers.now() + 2ms;
  const auto wakeup = co_await client.stream->writable().wait_until(timers, soon);
  if (wakeup == task::Wakeup::timed_out) bench.log("deadline passed");
  co_await server.pull_bulk(client.bulk_written());
  server.notes("has read all of it");
  co_await client.writes("late");
}

BEHAVIOUR("fifty readers are each woken by their own bytes", LOGS("right answers: 50")) {
  constexpr std::size_t kPairs = 50;
  const auto listener = bench.listen();
  std::vector<std::unique_ptr<Party>> clients;
  std::vector<std::unique_ptr<Party>> servers;
  for (std::size_t i = 0; i < kPairs; ++i) {
    clients.push_back(std::make_unique<Party>(bench, "client"));
    servers.push_back(std::make_unique<Party>(bench, "server"));
    co_await transport::join(bench, *clients.back(), *servers.back(), *listener);
    if (servers.back()->stream == nullptr) co_return;
  }
  std::size_t right = 0;
  task::TaskGroup group(bench.server().run_queue);
  for (std::size_t i = 0; i < kPairs; ++i) group.spawn(expect_number(*servers[i], i, right));
  for (std::size_t i = kPairs; i-- > 0;) clients[i]->says(std::to_string(100 + i));
  co_await all_end(bench, group);
  bench.log("right answers: " + std::to_string(right));
}
