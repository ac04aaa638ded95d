// Splicing between real sockets; the simulator has none, so that this is not in tests/transport.

#include "real/tcp_splice.hpp"

#include <string>

#include <catch2/catch.hpp>

#include "io/stream_ops.hpp"
#include "real/worlds.hpp"

using namespace weir;
using io::IoStatus;
using task::Task;
using test::Connected;
using test::OneWorld;

// What a coroutine here refers to outlives it: it belongs to the test.

namespace {

// Two connections, and a splice from the first's server to the second's client: as in a proxy.
struct Relay {
  OneWorld one;
  Connected in;
  Connected out;
  std::unique_ptr<io::Splice> splice;

  Relay() {
    one.run(test::connect_pair(one, in));
    one.run(test::connect_pair(one, out));
    REQUIRE(in.server != nullptr);
    REQUIRE(out.client != nullptr);
    splice = in.server->splice_to(*out.client);
    REQUIRE(splice != nullptr);
  }
};

void write(io::Stream& stream, std::string_view text) {
  const ConstBytes bytes = as_bytes(text);
  CHECK(stream.try_write(std::span(&bytes, 1)).bytes == text.size());
}

Task<> read_text(OneWorld& one, io::Stream& stream, std::string& text, io::IoResult& result) {
  const MutableBytes into = std::as_writable_bytes(std::span(text));
  result = co_await io::read_exactly(stream, into, one.io().timers, one.deadline());
  text.resize(result.bytes);
}

std::string read(OneWorld& one, io::Stream& stream, std::size_t bytes) {
  std::string text(bytes, '?');
  io::IoResult result;
  one.run(read_text(one, stream, text, result));
  if (result.status == IoStatus::ok) return text;
  return text + "<" + std::string(to_string(result.status)) + ">";
}

// Waits until the source gives something, or says why it will not.
Task<> fill(Relay& relay, io::IoResult& result) {
  for (;;) {
    result = relay.splice->try_fill();
    if (result.status != IoStatus::would_block) co_return;
    const TimePoint deadline = relay.one.deadline();
    co_await relay.in.server->readable().wait_until(relay.one.io().timers, deadline);
  }
}

io::IoResult fill_now(Relay& relay) {
  io::IoResult result;
  relay.one.run(fill(relay, result));
  return result;
}

// Carries everything, up to the end of the source; then ends the destination.
Task<> carry(Relay& relay) {
  for (;;) {
    io::IoResult result;
    co_await fill(relay, result);
    if (result.status != IoStatus::ok) break;
    while (relay.splice->held() > 0) {
      const io::IoResult sent = relay.splice->try_drain();
      if (sent.status == IoStatus::ok) continue;
      if (sent.status != IoStatus::would_block) co_return;
      const TimePoint deadline = relay.one.deadline();
      co_await relay.out.client->writable().wait_until(relay.one.io().timers, deadline);
    }
  }
  relay.out.client->shutdown_write();
}

constexpr std::size_t kMegabytes = 20'000'000;

Task<> send_megabytes(Relay& relay) {
  std::string text(kMegabytes, '?');
  for (std::size_t i = 0; i < text.size(); ++i) text[i] = static_cast<char>('a' + i % 23);
  const ConstBytes bytes = as_bytes(text);
  co_await io::write_all(*relay.in.client, bytes, relay.one.io().timers, relay.one.deadline());
  relay.in.client->shutdown_write();
}

}  // namespace

TEST_CASE("a splice carries bytes from its source to its destination") {
  Relay relay;
  write(*relay.in.client, "hello");
  CHECK(fill_now(relay) == io::IoResult{5, IoStatus::ok});
  CHECK(relay.splice->held() == 5);
  CHECK(relay.splice->try_drain() == io::IoResult{5, IoStatus::ok});
  CHECK(relay.splice->held() == 0);
  CHECK(read(relay.one, *relay.out.server, 5) == "hello");
  CHECK(relay.splice->try_fill().status == IoStatus::would_block);
}

TEST_CASE("a splice carries megabytes, every byte right, up to the end") {
  Relay relay;
  relay.one.world.spawn(send_megabytes(relay));
  relay.one.world.spawn(carry(relay));
  const std::string text = read(relay.one, *relay.out.server, kMegabytes);
  REQUIRE(text.size() == kMegabytes);
  std::size_t wrong = 0;
  for (std::size_t i = 0; i < text.size(); ++i) wrong += text[i] != static_cast<char>('a' + i % 23);
  CHECK(wrong == 0);
  CHECK(read(relay.one, *relay.out.server, 1) == "<end>");
}

TEST_CASE("filling and reading see the same end") {
  Relay relay;
  relay.in.client->shutdown_write();
  CHECK(fill_now(relay).status == IoStatus::end);
  CHECK(relay.splice->try_fill().status == IoStatus::end);
  std::byte byte;
  CHECK(relay.in.server->try_read(std::span(&byte, 1)).status == IoStatus::end);
}

TEST_CASE("filling from a source that was reset says so, after what had arrived") {
  Relay relay;
  write(*relay.in.client, "hello");
  relay.in.client->abort();
  CHECK(fill_now(relay) == io::IoResult{5, IoStatus::ok});
  CHECK(relay.splice->try_drain().bytes == 5);
  CHECK(fill_now(relay).status == IoStatus::reset);
  CHECK(read(relay.one, *relay.out.server, 5) == "hello");
}

TEST_CASE("draining into a destination that was reset is a status, not a signal that kills") {
  Relay relay;
  relay.out.server->shutdown_write();  // then Linux' answer is EPIPE, which comes with SIGPIPE
  relay.out.server->abort();
  IoStatus status = IoStatus::ok;
  for (int i = 0; i < 1000 && status == IoStatus::ok; ++i) {
    write(*relay.in.client, "x");
    fill_now(relay);
    status = relay.splice->try_drain().status;
  }
  CHECK(status == IoStatus::reset);
  CHECK(relay.splice->held() > 0);
}

TEST_CASE("a destination that is full blocks, and holds what it did not take") {
  Relay relay;
  std::string much(64 * 1024, 'x');
  IoStatus status = IoStatus::ok;
  while (status == IoStatus::ok) {
    write(*relay.in.client, much);
    while (relay.splice->held() == 0) fill_now(relay);
    status = relay.splice->try_drain().status;
  }
  CHECK(status == IoStatus::would_block);
  CHECK(relay.splice->held() > 0);
}

TEST_CASE("splices of one world take their pipes from a pool that has an end") {
  Relay relay;
  std::vector<std::unique_ptr<io::Splice>> splices;
  for (std::size_t i = 1; i < real::PipePool::kPipesMax; ++i) {
    splices.push_back(relay.in.server->splice_to(*relay.out.client));
    CHECK(splices.back() != nullptr);
  }
  CHECK(relay.in.server->splice_to(*relay.out.client) == nullptr);
  splices.clear();
  CHECK(relay.in.server->splice_to(*relay.out.client) != nullptr);
}
