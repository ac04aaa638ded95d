// Behaviours of bytes: how they are cut, how full buffers hold a writer back, and that every byte
// arrives as it was written.

#include "transport/behaviour.hpp"

using namespace weir;
using task::Task;
using transport::all_end;
using transport::Bench;
using transport::Lines;
using transport::Party;

namespace {

// What it refers to outlives it, here and below.
Task<> write_bulk(Party& party, std::size_t bytes) { co_await party.writes_bulk(bytes); }

Task<> write_bulk_and_end(Party& party, std::size_t bytes) {
  co_await party.push_bulk(bytes);
  party.stream->shutdown_write();
}

Task<> read_bulk(Party& party, std::size_t bytes) { co_await party.pull_bulk(bytes); }

Task<> be_woken(Bench& bench, Party& party) {
  const TimePoint deadline = bench.deadline();
  co_await party.stream->writable().wait_until(bench.client().timers, deadline);
  party.notes("was woken");
}

// Until the peer's host has all that was written: it may be slow to say so.
Task<> all_acknowledged(Bench& bench, Party& party) {
  task::Timers& timers = bench.client().timers;
  const TimePoint deadline = bench.deadline();
  while (party.stream->unacknowledged() > 0 && timers.now() < deadline) {
    const TimePoint soon = after(timers.now(), std::chrono::milliseconds(1));
    co_await task::sleep_until(bench.client().run_queue, timers, soon);
  }
  party.notes(party.stream->unacknowledged() == 0 ? "has nothing under way" : "has some under way");
}

Task<> echo(Party& party) {
  for (;;) {
    const std::string byte = co_await party.hears(1);
    if (byte.empty()) co_return;
    party.says(byte);
  }
}

using Pieces = std::vector<ConstBytes>;

// Logs how much of it was taken.
void write_pieces(Party& party, const Pieces& pieces) {
  std::size_t bytes = 0;
  for (const ConstBytes piece : pieces) bytes += piece.size();
  const io::IoResult sent = party.stream->try_write(pieces);
  const bool some = sent.status == io::IoStatus::ok && sent.bytes > 0 && sent.bytes <= bytes;
  party.notes("writes " + std::to_string(pieces.size()) + " pieces: " +
              (some ? "ok" : std::string(to_string(sent.status)) + " without a byte"));
}

// Writes the pieces wholly, as many at a time as the stream takes.
Task<> write_all_pieces(Bench& bench, Party& party, Pieces pieces) {
  const std::size_t count = pieces.size();
  while (!pieces.empty()) {
    const io::IoResult sent = party.stream->try_write(pieces);
    if (sent.status == io::IoStatus::would_block) {
      const TimePoint deadline = bench.deadline();
      co_await party.stream->writable().wait_until(bench.client().timers, deadline);
    } else if (sent.status != io::IoStatus::ok || sent.bytes == 0) {
      break;
    }
    std::size_t left = sent.bytes;
    while (!pieces.empty() && left >= pieces.front().size()) {
      left -= pieces.front().size();
      pieces.erase(pieces.begin());
    }
    if (left > 0) pieces.front() = pieces.front().subspan(left);
  }
  party.notes("writes all of " + std::to_string(count) +
              " pieces: " + (pieces.empty() ? "yes" : "no"));
}

}  // namespace

CONNECTION("a writer is held back by a reader that does not read, and goes on when it does",
           LOGS("client writes until would block", "server has read all of it",
                "client is writable", "client writes 100000 bytes",
                "server reads 100000 right bytes")) {
  co_await client.fills();
  co_await server.pull_bulk(client.bulk_written());
  if (server.bulk_read() == client.bulk_written()) server.notes("has read all of it");
  co_await client.becomes_writable();
  co_await client.writes_bulk(100'000);
  co_await server.reads_bulk(100'000);
}

CONNECTION("who waits to write is woken when the reader has made room",
           LOGS("client writes until would block", "client was woken", "client ends",
                "server reads all right bytes, then end")) {
  co_await client.fills();
  task::TaskGroup group(bench.client().run_queue);
  group.spawn(be_woken(bench, client));
  co_await server.pull_bulk(client.bulk_written());
  co_await all_end(bench, group);
  client.ends();
  co_await server.reads_bulk_to_end(client);
}

CONNECTION("how much is under way is known, and becomes less when the reader reads",
           LOGS("client writes until would block", "client has more than nothing under way",
                "server has read all of it", "client has nothing under way")) {
  co_await client.fills();
  const std::size_t before = client.stream->unacknowledged();
  const bool some = before > 0 && before <= client.bulk_written();
  client.notes(some ? "has more than nothing under way" : "does not know");
  co_await server.pull_bulk(client.bulk_written());
  if (server.bulk_read() == client.bulk_written()) server.notes("has read all of it");
  co_await all_acknowledged(bench, client);
}

CONNECTION("a write that is larger than all buffers is short",
           LOGS("client writes some of 64 MiB", "client ends",
                "server reads all right bytes, then end")) {
  client.overfills();
  client.ends();
  co_await server.reads_bulk_to_end(client);
}

CONNECTION("pieces are written in order, as one",
           LOGS("client writes 1 pieces: ok", "client writes 3 pieces: ok",
                "server reads 'one two three four'")) {
  const Pieces first{as_bytes("one ")};
  const Pieces rest{as_bytes("two "), as_bytes("three "), as_bytes("four")};
  write_pieces(client, first);
  write_pieces(client, rest);
  co_await server.reads(18);
}

CONNECTION("empty pieces are nothing",
           LOGS("client writes 5 pieces: ok", "server reads 'head body'")) {
  const Pieces pieces{as_bytes(""), as_bytes("head "), as_bytes(""), as_bytes("body"), {}};
  write_pieces(client, pieces);
  co_await server.reads(9);
}

CONNECTION("however many pieces are empty, at least one byte is written",
           LOGS("client writes 41 pieces: ok", "server reads 'x'")) {
  Pieces pieces(40);
  pieces.push_back(as_bytes("x"));
  write_pieces(client, pieces);
  co_await server.reads(1);
}

CONNECTION("a hundred pieces are written by as many writes as it takes",
           LOGS("client writes all of 100 pieces: yes", "client ends", "server reads them all")) {
  const std::string text = "0123456789";
  const Pieces pieces(100, as_bytes(text));
  co_await write_all_pieces(bench, client, pieces);
  client.ends();
  const std::string read = co_await server.hears(2000);
  std::string expected;
  for (int i = 0; i < 100; ++i) expected += text;
  server.notes(read == expected ? "reads them all" : "reads something else");
}

CONNECTION("large pieces are written to the last byte while they are read",
           LOGS("client writes all of 20 pieces: yes", "server has read 4016000 right bytes")) {
  constexpr std::size_t kPieces = 20;
  constexpr std::size_t kPieceBytes = 251 * 800;  // so that each begins as a bulk does
  const std::vector<std::byte> piece = transport::bulk(kPieceBytes);
  const Pieces pieces(kPieces, ConstBytes(piece));
  task::TaskGroup group(bench.client().run_queue);
  group.spawn(write_all_pieces(bench, client, pieces));
  co_await server.pull_bulk(kPieces * kPieceBytes);
  co_await all_end(bench, group);
  server.notes("has read " + std::to_string(server.bulk_read()) + " right bytes");
}

CONNECTION("many small writes are one stream of bytes",
           LOGS("server reads 1000 right bytes", "server tries to read: would block")) {
  for (int i = 0; i < 1000; ++i) co_await client.push_bulk(1);
  co_await server.reads_bulk(1000);
  server.tries_to_read();
}

CONNECTION("one large write is read a byte at a time",
           LOGS("client writes 1000 bytes", "client ends", "server has read 1000 times",
                "server reads end")) {
  co_await client.writes_bulk(1000);
  client.ends();
  for (int i = 0; i < 1000; ++i) co_await server.pull_bulk(1);
  server.notes("has read " + std::to_string(server.bulk_read()) + " times");
  co_await server.reads();
}

CONNECTION("a read takes what there is, however much room it has",
           LOGS("client writes 'abc'", "server reads 'abc'", "server tries to read: would block")) {
  co_await client.writes("abc");
  co_await server.reads();
  server.tries_to_read();
}

CONNECTION("both directions carry megabytes at once, every byte right",
           LOGS("client has read 8000000 right bytes", "server has read 8000000 right bytes",
                "client reads end", "server reads end")) {
  constexpr std::size_t kBytes = 8'000'000;
  task::TaskGroup group(bench.client().run_queue);
  group.spawn(write_bulk_and_end(client, kBytes));
  group.spawn(write_bulk_and_end(server, kBytes));
  group.spawn(read_bulk(client, kBytes));
  group.spawn(read_bulk(server, kBytes));
  co_await all_end(bench, group);
  client.notes("has read " + std::to_string(client.bulk_read()) + " right bytes");
  server.notes("has read " + std::to_string(server.bulk_read()) + " right bytes");
  co_await client.reads();
  co_await server.reads();
}

CONNECTION("a byte goes to and fro a thousand times", LOGS("rounds: 1000")) {
  task::TaskGroup group(bench.server().run_queue);
  group.spawn(echo(server));
  int rounds = 0;
  for (; rounds < 1000; ++rounds) {
    const std::string_view ping = rounds % 2 == 0 ? "a" : "b";
    client.says(ping);
    const std::string pong = co_await client.hears(1);
    if (pong != ping) break;
  }
  bench.log("rounds: " + std::to_string(rounds));
}

CONNECTION("a slow reader gets every byte of a fast writer",
           LOGS("server reads all right bytes, then end")) {
  task::TaskGroup group(bench.client().run_queue);
  group.spawn(write_bulk_and_end(client, 3'000'000));
  io::World& world = bench.server();
  auto status = io::IoStatus::ok;
  while (group.size() > 0 && status == io::IoStatus::ok) {
    status = co_await server.pull_bulk(20'000);
    const TimePoint later = world.timers.now() + std::chrono::microseconds(200);
    co_await task::sleep_until(world.run_queue, world.timers, later);
  }
  co_await server.reads_bulk_to_end(client);
}

CONNECTION("one direction that is full does not hold up the other",
           LOGS("client writes until would block", "server writes 1000000 bytes",
                "client has read 1000000 right bytes")) {
  co_await client.fills();
  task::TaskGroup group(bench.client().run_queue);
  group.spawn(write_bulk(server, 1'000'000));
  co_await client.pull_bulk(1'000'000);
  co_await all_end(bench, group);
  client.notes("has read " + std::to_string(client.bulk_read()) + " right bytes");
}

CONNECTION("both directions are full, and both are drained",
           LOGS("client writes until would block", "server writes until would block", "client ends",
                "server ends", "server reads all right bytes, then end",
                "client reads all right bytes, then end")) {
  co_await client.fills();
  co_await server.fills();
  client.ends();
  server.ends();
  co_await server.reads_bulk_to_end(client);
  co_await client.reads_bulk_to_end(server);
}

CONNECTION("a stream carries every value of a byte", LOGS("all values: yes")) {
  std::string text;
  for (int value = 0; value < 256; ++value) text.push_back(static_cast<char>(value));
  client.says(text);
  const std::string read = co_await server.hears(256);
  bench.log(read == text ? "all values: yes" : "all values: no");
}
