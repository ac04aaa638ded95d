#include "io/stream_ops.hpp"

#include <array>
#include <string>

#include <catch2/catch.hpp>

#include "io/pipe.hpp"
#include "support/driver.hpp"
#include "support/faulty_stream.hpp"

using namespace weir;
using namespace std::chrono_literals;
using io::IoResult;
using io::IoStatus;
using test::Faults;
using test::FaultyStream;
using test::Running;

namespace {

struct Rig {
  explicit Rig(Faults faults = {}, std::size_t capacity = 5)
      : pipe(io::make_pipe(driver.run_queue, capacity)), stream(std::move(pipe.first), faults) {}

  void peer_writes(std::string_view text) {
    const ConstBytes piece = as_bytes(text);
    pipe.second->try_write(std::span(&piece, 1));
  }
  std::string peer_reads() {
    std::array<std::byte, 100> into;
    const IoResult got = pipe.second->try_read(into);
    return std::string(as_text(ConstBytes(into).first(got.bytes)));
  }
  std::string received(std::size_t bytes) const {
    return std::string(as_text(ConstBytes(buffer).first(bytes)));
  }

  Running<IoResult> read_some(TimePoint deadline = kNever) {
    return Running(io::read_some(stream, buffer, driver.timers, deadline));
  }
  Running<IoResult> read_exactly(std::size_t bytes, TimePoint deadline = kNever) {
    const MutableBytes into = MutableBytes(buffer).first(bytes);
    return Running(io::read_exactly(stream, into, driver.timers, deadline));
  }
  Running<IoStatus> write_all(std::string_view text, TimePoint deadline = kNever) {
    return Running(io::write_all(stream, as_bytes(text), driver.timers, deadline));
  }

  test::Driver driver;
  io::StreamPair pipe;
  FaultyStream stream;
  std::array<std::byte, 100> buffer{};
};

constexpr TimePoint kIn1s = TimePoint{} + 1s;

}  // namespace

TEST_CASE("read_some takes what is there") {
  Rig rig;
  rig.peer_writes("abc");
  auto reading = rig.read_some();
  CHECK(reading.ended());
  CHECK(reading.take() == IoResult{3, IoStatus::ok});
  CHECK(rig.received(3) == "abc");
}

TEST_CASE("read_some waits for the first byte, the end or a reset") {
  Rig rig;
  auto reading = rig.read_some(kIn1s);
  CHECK_FALSE(reading.ended());
  IoResult expected;
  SECTION("a byte") {
    rig.peer_writes("a");
    expected = {1, IoStatus::ok};
  }
  SECTION("the end") {
    rig.pipe.second->shutdown_write();
    expected = {0, IoStatus::end};
  }
  SECTION("a reset") {
    rig.pipe.second->abort();
    expected = {0, IoStatus::reset};
  }
  rig.driver.settle();
  CHECK(reading.take() == expected);
  CHECK(rig.driver.timers.size() == 0);
}

TEST_CASE("read_some gives up at its deadline and leaves the stream usable") {
  Rig rig;
  auto reading = rig.read_some(kIn1s);
  rig.driver.advance(1s);
  CHECK(reading.take() == IoResult{0, IoStatus::timed_out});
  rig.peer_writes("late");
  auto again = rig.read_some(kIn1s);  // a deadline that has passed, and bytes that are there
  CHECK(again.take() == IoResult{4, IoStatus::ok});
}

TEST_CASE("read_some tells of bytes that came in time although it runs late") {
  Rig rig;
  auto reading = rig.read_some(kIn1s);
  rig.peer_writes("a");
  rig.driver.timers.advance_to(kIn1s);
  rig.driver.settle();
  CHECK(reading.take() == IoResult{1, IoStatus::ok});
}

TEST_CASE("read_exactly goes on until it has everything") {
  Rig rig;
  auto reading = rig.read_exactly(8);
  for (const char* part : {"abc", "de", "fgh"}) {
    CHECK_FALSE(reading.ended());
    rig.peer_writes(part);
    rig.driver.settle();
  }
  CHECK(reading.take() == IoResult{8, IoStatus::ok});
  CHECK(rig.received(8) == "abcdefgh");
}

TEST_CASE("read_exactly of nothing does not read") {
  Rig rig;
  auto reading = rig.read_exactly(0);
  CHECK(reading.take() == IoResult{0, IoStatus::ok});
  CHECK(rig.stream.operations() == 0);
}

TEST_CASE("read_exactly leaves what comes behind") {
  Rig rig;
  rig.peer_writes("abcde");
  auto first = rig.read_exactly(2);
  CHECK(first.take() == IoResult{2, IoStatus::ok});
  auto second = rig.read_exactly(3);
  CHECK(second.take() == IoResult{3, IoStatus::ok});
  CHECK(rig.received(3) == "cde");
}

TEST_CASE("read_exactly says how much came before it had to stop") {
  Rig rig;
  auto reading = rig.read_exactly(8, kIn1s);
  rig.peer_writes("abc");
  rig.driver.settle();
  IoStatus expected{};
  SECTION("at the end") {
    rig.pipe.second->shutdown_write();
    expected = IoStatus::end;
  }
  SECTION("at a reset") {
    rig.pipe.second->abort();
    expected = IoStatus::reset;
  }
  SECTION("at its deadline, which is one for all") {
    rig.driver.advance(999ms);
    CHECK_FALSE(reading.ended());
    rig.driver.advance(1ms);
    expected = IoStatus::timed_out;
  }
  rig.driver.settle();
  CHECK(reading.take() == IoResult{3, expected});
  CHECK(rig.received(3) == "abc");
}

TEST_CASE("write_all goes on as there is room") {
  Rig rig;
  auto writing = rig.write_all("Hello, world");
  std::string got;
  while (!writing.ended()) {
    got += rig.peer_reads();
    rig.driver.settle();
  }
  got += rig.peer_reads();
  CHECK(writing.take() == IoStatus::ok);
  CHECK(got == "Hello, world");
}

TEST_CASE("write_all of nothing does not write") {
  Rig rig;
  auto writing = rig.write_all("");
  CHECK(writing.take() == IoStatus::ok);
  CHECK(rig.stream.operations() == 0);
}

TEST_CASE("write_all gives up at a reset and at its deadline") {
  Rig rig;
  auto writing = rig.write_all("Hello, world", kIn1s);
  CHECK_FALSE(writing.ended());
  SECTION("a reset") {
    rig.pipe.second->abort();
    rig.driver.settle();
    CHECK(writing.take() == IoStatus::reset);
  }
  SECTION("the deadline") {
    rig.driver.advance(1s);
    CHECK(writing.take() == IoStatus::timed_out);
    CHECK(rig.peer_reads() == "Hello");
  }
  CHECK(rig.driver.timers.size() == 0);
}

TEST_CASE("cancelled operations leave nothing behind, and the stream usable") {
  Rig rig;
  {
    auto reading = rig.read_exactly(8, kIn1s);
    auto writing = rig.write_all("Hello, world", kIn1s);
    rig.peer_writes("abc");  // on its way to the reader
    CHECK(rig.driver.timers.size() == 2);
  }
  CHECK(rig.driver.timers.size() == 0);
  CHECK(rig.driver.settle() == 0);
  auto reading = rig.read_some();
  CHECK(reading.take() == IoResult{3, IoStatus::ok});
}

namespace {

// Reads a request of 8 bytes and answers with 12, in a world that fails at operation `n`.
task::Task<IoStatus> serve(io::Stream& stream, test::Driver& driver) {
  std::array<std::byte, 8> request;
  const MutableBytes into(request);
  const IoResult got = co_await io::read_exactly(stream, into, driver.timers, kNever);
  if (got.status != IoStatus::ok) co_return got.status;
  co_return co_await io::write_all(stream, as_bytes("Hello, world"), driver.timers, kNever);
}

// Plays the peer until the server has ended; returns what the server said.
std::string converse(Rig& rig, Running<IoStatus>& serving) {
  std::string answer;
  for (int turn = 0; turn < 40 && !serving.ended(); ++turn) {
    if (turn == 1) rig.peer_writes("abcde");
    if (turn == 2) rig.peer_writes("fgh");
    rig.driver.settle();
    answer += rig.peer_reads();
  }
  return answer + rig.peer_reads();
}

}  // namespace

TEST_CASE("a conversation goes through in steps of one byte") {
  Rig rig({.step_bytes_max = 1});
  Running serving(serve(rig.stream, rig.driver));
  CHECK(converse(rig, serving) == "Hello, world");
  CHECK(serving.take() == IoStatus::ok);
}

TEST_CASE("a conversation survives a spurious would_block at any operation") {
  std::size_t operations = 1;
  for (std::size_t n = 0; n < operations; ++n) {
    Rig rig({.fail_at = n, .status = IoStatus::would_block, .step_bytes_max = 3});
    Running serving(serve(rig.stream, rig.driver));
    CAPTURE(n);
    CHECK(converse(rig, serving) == "Hello, world");
    CHECK(serving.take() == IoStatus::ok);
    operations = rig.stream.operations();
  }
  CHECK(operations > 7);
}

TEST_CASE("a conversation that fails at any operation ends with that failure") {
  const IoStatus status = GENERATE(IoStatus::reset, IoStatus::timed_out, IoStatus::failed);
  std::size_t n = 0;
  for (;; ++n) {
    Rig rig({.fail_at = n, .status = status, .step_bytes_max = 3});
    Running serving(serve(rig.stream, rig.driver));
    const std::string answer = converse(rig, serving);
    CAPTURE(n, answer);
    REQUIRE(serving.ended());
    if (rig.stream.operations() <= n) break;
    CHECK(serving.take() == status);
    CHECK(answer != "Hello, world");
    CHECK(rig.driver.timers.size() == 0);
  }
  CHECK(n > 7);
}

TEST_CASE("a request that ends too early has no answer") {
  for (std::size_t n = 0; n < 4; ++n) {
    Rig rig({.fail_at = n, .status = IoStatus::end, .step_bytes_max = 3});
    Running serving(serve(rig.stream, rig.driver));
    CAPTURE(n);
    CHECK(converse(rig, serving).empty());
    CHECK(serving.take() == IoStatus::end);
  }
}
