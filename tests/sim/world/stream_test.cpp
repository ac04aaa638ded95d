// What a program sees of a connection in peace: sim/world/sim_stream.hpp, connection.hpp.

#include <catch2/catch.hpp>

#include "support/death.hpp"
#include "two_hosts.hpp"

using namespace weir;
using namespace weir::sim;
using namespace weir::sim::test;

namespace {

task::Task<> wait_to_read(io::Stream& stream) { co_await stream.readable().wait(); }
task::Task<> wait_to_write(io::Stream& stream) { co_await stream.writable().wait(); }

using Waiting = weir::test::Running<void>;

}  // namespace

TEST_CASE("bytes arrive after the latency, in order, and once") {
  Connected net;
  CHECK(write(*net.client, "hello ") == "6");
  CHECK(write(*net.client, "world") == "5");
  net.pass(1ms - 1ns);
  CHECK(read(*net.server) == "<would block>");
  net.pass(1ns);
  CHECK(read(*net.server, 3) == "hel");
  CHECK(read(*net.server) == "lo world");
  CHECK(read(*net.server) == "<would block>");
}

TEST_CASE("a gathering write sends its pieces as one") {
  Connected net;
  const std::array<ConstBytes, 4> pieces = {as_bytes("one "), as_bytes(""), as_bytes("two "),
                                            as_bytes("three")};
  CHECK(net.server->try_write(pieces) == io::IoResult{13, io::IoStatus::ok});
  net.pass(1ms);
  CHECK(read(*net.client) == "one two three");
}

TEST_CASE("the two directions are independent") {
  Connected net;
  net.client->shutdown_write();
  net.client->shutdown_write();
  net.pass(1ms);
  CHECK(read(*net.server) == "<end>");
  CHECK(write(*net.server, "still here") == "10");
  net.pass(1ms);
  CHECK(read(*net.client) == "still here");
  CHECK(read(*net.server) == "<end>");
  net.server->shutdown_write();
  net.pass(1ms);
  CHECK(read(*net.client) == "<end>");
  CHECK(read(*net.client) == "<end>");
}

TEST_CASE("the end comes after all that was written") {
  Connected net;
  write(*net.client, "last words");
  net.client->shutdown_write();
  net.pass(1ms);
  CHECK(read_all(*net.server) == "last words<end>");
}

TEST_CASE("readable wakes a waiter when bytes arrive, and at once when they are there") {
  Connected net;
  Waiting first(wait_to_read(*net.server));
  net.pass(10ms);
  CHECK_FALSE(first.ended());
  write(*net.client, "x");
  net.pass(1ms);
  CHECK(first.ended());
  Waiting second(wait_to_read(*net.server));
  CHECK(second.ended());
}

TEST_CASE("readable wakes a waiter at the end and at a reset") {
  Connected net;
  Waiting at_end(wait_to_read(*net.server));
  Waiting at_reset(wait_to_read(*net.client));
  net.client->shutdown_write();
  net.pass(1ms);
  CHECK(at_end.ended());
  net.server->abort();
  net.pass(1ms);
  CHECK(at_reset.ended());
  CHECK(read(*net.client) == "<reset>");
}

TEST_CASE("bytes that arrive between readable() and its wait are not missed") {
  Connected net;
  task::Event& readable = net.server->readable();
  write(*net.client, "x");
  net.pass(1ms);
  const auto wait = [](task::Event& event) -> task::Task<> { co_await event.wait(); };
  Waiting waiting(wait(readable));
  CHECK(waiting.ended());
}

TEST_CASE("the send buffer takes what fits and then would block") {
  Connected net;
  net.near.limits().send_buffer_bytes = 10;
  CHECK(write(*net.client, "0123456789abc") == "10");
  CHECK(write(*net.client, "x") == "<would block>");
  net.pass(1ms);
  CHECK(write(*net.client, "abc") == "3");
  CHECK(read(*net.server) == "0123456789");
}

TEST_CASE("writable wakes a waiter once a third of the send buffer is free") {
  Connected net;
  net.near.limits().send_buffer_bytes = 300 * 1024;
  net.far.limits().receive_buffer_bytes = 64 * 1024;
  CHECK(fill(*net.client) == 300 * 1024);
  Waiting waiting(wait_to_write(*net.client));
  net.pass(100ms);
  CHECK_FALSE(waiting.ended());  // 64 KiB are free
  CHECK(drain(*net.server) == 64 * 1024);
  net.pass(100ms);
  CHECK(waiting.ended());
  Waiting again(wait_to_write(*net.client));
  CHECK(again.ended());
}

TEST_CASE("a writer that waits is woken by a reset") {
  Connected net;
  fill(*net.client);
  Waiting waiting(wait_to_write(*net.client));
  net.server->abort();
  net.pass(1ms);
  CHECK(waiting.ended());
  CHECK(write(*net.client, "x") == "<reset>");
}

TEST_CASE("a program that aborts wakes its own waiters") {
  Connected net;
  fill(*net.client);
  Waiting reading(wait_to_read(*net.client));
  Waiting writing(wait_to_write(*net.client));
  net.client->abort();
  net.pass(0ms);
  CHECK(reading.ended());
  CHECK(writing.ended());
}

TEST_CASE("misuse of a stream is a broken invariant") {
  const auto write_late = [] {
    Connected net;
    net.client->shutdown_write();
    write(*net.client, "x");
  };
  const auto write_nothing = [] {
    Connected net;
    write(*net.client, "");
  };
  const auto read_nothing = [] {
    Connected net;
    net.client->try_read({});
  };
  using Catch::Contains;
  CHECK_THAT(weir::test::death_of(write_late), Contains("nothing is written after"));
  CHECK_THAT(weir::test::death_of(write_nothing), Contains("at least one byte"));
  CHECK_THAT(weir::test::death_of(read_nothing), Contains("at least one byte"));
}

TEST_CASE("short reads and writes move at least one byte, and everything arrives") {
  Connected net;
  net.near.set_short_io({1, 2});
  net.far.set_short_io({1, 1});
  std::string sent;
  std::string got;
  std::size_t short_writes = 0;
  while (sent.size() < 20'000) {
    const std::string text(100, static_cast<char>('a' + sent.size() % 26));
    const std::string count = write(*net.client, text);
    const std::size_t bytes = std::stoul(count);
    CHECK(bytes >= 1);
    short_writes += bytes < 100 ? 1 : 0;
    sent += text.substr(0, bytes);
    net.pass(1ms);
    const std::string piece = read(*net.server, 1000);
    if (!piece.starts_with('<')) got += piece;
  }
  got += read_all(*net.server);
  CHECK(got == sent + "<would block>");
  CHECK(short_writes > 50);
}
