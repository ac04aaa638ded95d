// The in-memory pipe keeps the contract of io::Stream (src/io/stream.hpp), line by line.

#include "io/pipe.hpp"

#include <array>
#include <string>

#include <catch2/catch.hpp>

#include "support/death.hpp"
#include "support/driver.hpp"
#include "task/task.hpp"

using namespace weir;
using io::IoResult;
using io::IoStatus;
using task::Task;

namespace {

constexpr IoResult kWouldBlock{0, IoStatus::would_block};
constexpr IoResult kEnd{0, IoStatus::end};
constexpr IoResult kReset{0, IoStatus::reset};

constexpr IoResult ok(std::size_t bytes) { return {bytes, IoStatus::ok}; }

struct Rig {
  explicit Rig(std::size_t capacity = 10)
      : ends(io::make_pipe(driver.run_queue, capacity)), a(ends.first), b(ends.second) {}

  IoResult read(io::Stream& from, std::size_t bytes = 100) {
    const IoResult got = from.try_read(MutableBytes(buffer).first(bytes));
    text = as_text(ConstBytes(buffer).first(got.bytes));
    return got;
  }
  static IoResult write(io::Stream& to, std::string_view text) {
    const ConstBytes piece = as_bytes(text);
    return to.try_write(std::span(&piece, 1));
  }

  test::Driver driver;
  io::StreamPair ends;
  std::unique_ptr<io::Stream>& a;
  std::unique_ptr<io::Stream>& b;
  std::array<std::byte, 100> buffer{};
  std::string text;  // what the last read got
};

// `stream` and `woken` belong to the test, and outlive the Task.
Task<> wait_readable(io::Stream& stream, bool& woken) {
  co_await stream.readable().wait();
  woken = true;
}
Task<> wait_writable(io::Stream& stream, bool& woken) {
  co_await stream.writable().wait();
  woken = true;
}

bool is_readable(Rig& rig, io::Stream& stream) {
  bool woken = false;
  const test::Running running(wait_readable(stream, woken));
  rig.driver.settle();
  return woken;
}
bool is_writable(Rig& rig, io::Stream& stream) {
  bool woken = false;
  const test::Running running(wait_writable(stream, woken));
  rig.driver.settle();
  return woken;
}

// Events are hints and may be spurious once: what counts is that the second wait blocks.
bool stays_readable(Rig& rig, io::Stream& stream) {
  is_readable(rig, stream);
  return is_readable(rig, stream);
}
bool stays_writable(Rig& rig, io::Stream& stream) {
  is_writable(rig, stream);
  return is_writable(rig, stream);
}

}  // namespace

TEST_CASE("bytes go through a pipe in order, both ways") {
  Rig rig;
  CHECK(rig.read(*rig.b) == kWouldBlock);
  CHECK(Rig::write(*rig.a, "abc") == ok(3));
  CHECK(Rig::write(*rig.a, "de") == ok(2));
  CHECK(Rig::write(*rig.b, "xyz") == ok(3));
  CHECK(rig.read(*rig.b, 4) == ok(4));
  CHECK(rig.text == "abcd");
  CHECK(rig.read(*rig.b) == ok(1));
  CHECK(rig.text == "e");
  CHECK(rig.read(*rig.b) == kWouldBlock);
  CHECK(rig.read(*rig.a) == ok(3));
  CHECK(rig.text == "xyz");
}

TEST_CASE("a pipe takes no more than its capacity in each direction") {
  Rig rig(5);
  CHECK(Rig::write(*rig.a, "1234567") == ok(5));
  CHECK(Rig::write(*rig.a, "8") == kWouldBlock);
  CHECK(Rig::write(*rig.b, "other way") == ok(5));
  CHECK(rig.read(*rig.b, 2) == ok(2));
  CHECK(Rig::write(*rig.a, "678") == ok(2));
  CHECK(rig.read(*rig.b) == ok(5));
  CHECK(rig.text == "34567");
}

TEST_CASE("a gathering write takes the pieces as one, as far as there is room") {
  Rig rig(7);
  const std::array<ConstBytes, 4> pieces = {as_bytes("ab"), as_bytes(""), as_bytes("cde"),
                                            as_bytes("fghi")};
  CHECK(rig.a->try_write(pieces) == ok(7));
  CHECK(rig.read(*rig.b) == ok(7));
  CHECK(rig.text == "abcdefg");
}

TEST_CASE("readable is signalled as long as there is something to read") {
  Rig rig;
  CHECK_FALSE(is_readable(rig, *rig.b));
  Rig::write(*rig.a, "abc");
  CHECK(stays_readable(rig, *rig.b));
  rig.read(*rig.b, 2);
  CHECK(stays_readable(rig, *rig.b));
  rig.read(*rig.b);
  CHECK_FALSE(stays_readable(rig, *rig.b));
}

TEST_CASE("writable is signalled as long as there is room") {
  Rig rig(5);
  CHECK(stays_writable(rig, *rig.a));
  Rig::write(*rig.a, "12345");
  CHECK_FALSE(stays_writable(rig, *rig.a));
  rig.read(*rig.b, 1);
  CHECK(stays_writable(rig, *rig.a));
}

TEST_CASE("a waiting reader is woken by what happens at the other end") {
  Rig rig;
  bool woken = false;
  const test::Running running(wait_readable(*rig.b, woken));
  SECTION("a write") { Rig::write(*rig.a, "a"); }
  SECTION("an end") { rig.a->shutdown_write(); }
  SECTION("an abort") { rig.a->abort(); }
  SECTION("a close") { rig.a.reset(); }
  SECTION("its own abort") { rig.b->abort(); }
  CHECK_FALSE(woken);
  rig.driver.settle();
  CHECK(woken);
}

TEST_CASE("a waiting writer is woken by what happens at the other end") {
  Rig rig(3);
  Rig::write(*rig.a, "abc");
  is_writable(rig, *rig.a);
  bool woken = false;
  const test::Running running(wait_writable(*rig.a, woken));
  rig.driver.settle();
  REQUIRE_FALSE(woken);
  SECTION("a read") { rig.read(*rig.b, 1); }
  SECTION("an abort") { rig.b->abort(); }
  SECTION("a close") { rig.b.reset(); }
  SECTION("its own abort") { rig.a->abort(); }
  rig.driver.settle();
  CHECK(woken);
}

TEST_CASE("the end comes behind what was written, and stays") {
  Rig rig;
  Rig::write(*rig.a, "last");
  rig.a->shutdown_write();
  rig.a->shutdown_write();
  CHECK(rig.read(*rig.b, 3) == ok(3));
  CHECK(rig.read(*rig.b) == ok(1));
  CHECK(rig.read(*rig.b) == kEnd);
  CHECK(rig.read(*rig.b) == kEnd);
  CHECK(stays_readable(rig, *rig.b));
}

TEST_CASE("the directions of a pipe end apart from one another") {
  Rig rig;
  rig.a->shutdown_write();
  CHECK(rig.read(*rig.b) == kEnd);
  CHECK(Rig::write(*rig.b, "answer") == ok(6));
  CHECK(rig.read(*rig.a) == ok(6));
  rig.b->shutdown_write();
  CHECK(rig.read(*rig.a) == kEnd);
}

TEST_CASE("nothing is written after shutdown_write") {
  const std::string words = test::death_of([] {
    Rig rig;
    rig.a->shutdown_write();
    Rig::write(*rig.a, "more");
  });
  CHECK_THAT(words, Catch::Contains("nothing is written after shutdown_write()"));
}

TEST_CASE("an abort resets both ends, and stays") {
  Rig rig;
  Rig::write(*rig.b, "never read");
  rig.a->abort();
  rig.a->abort();
  CHECK(rig.read(*rig.a) == kReset);
  CHECK(Rig::write(*rig.a, "x") == kReset);
  for (int i = 0; i < 2; ++i) {
    CHECK(rig.read(*rig.b) == kReset);
    CHECK(Rig::write(*rig.b, "x") == kReset);
  }
  CHECK(stays_readable(rig, *rig.a));
  CHECK(stays_writable(rig, *rig.a));
  CHECK(stays_readable(rig, *rig.b));
  CHECK(stays_writable(rig, *rig.b));
}

TEST_CASE("bytes that had arrived before a reset may be read first") {
  Rig rig;
  Rig::write(*rig.a, "abc");
  rig.a->abort();
  CHECK(Rig::write(*rig.b, "x") == kReset);
  CHECK(rig.read(*rig.b) == ok(3));
  CHECK(rig.read(*rig.b) == kReset);
}

TEST_CASE("an end that was reached is not turned into a reset by the peer") {
  Rig rig;
  rig.a->shutdown_write();
  CHECK(rig.read(*rig.b) == kEnd);
  rig.a->abort();
  CHECK(rig.read(*rig.b) == kEnd);
  CHECK(Rig::write(*rig.b, "x") == kReset);
}

TEST_CASE("an own abort turns even an end into a reset") {
  Rig rig;
  rig.a->shutdown_write();
  CHECK(rig.read(*rig.b) == kEnd);
  rig.b->abort();
  CHECK(rig.read(*rig.b) == kReset);
}

TEST_CASE("a reset is not turned into an end by what the peer does later") {
  Rig rig;
  rig.a->abort();
  SECTION("it shuts down its direction") { rig.b->shutdown_write(); }
  SECTION("it closes") { rig.b.reset(); }
  CHECK(rig.read(*rig.a) == kReset);
}

TEST_CASE("closing ends the stream behind what was written") {
  Rig rig;
  Rig::write(*rig.a, "bye");
  rig.a.reset();
  CHECK(rig.read(*rig.b) == ok(3));
  CHECK(rig.read(*rig.b) == kEnd);
  CHECK(Rig::write(*rig.b, "x") == kReset);
  CHECK(stays_writable(rig, *rig.b));
}

TEST_CASE("closing with unread bytes resets the peer, behind what was written") {
  Rig rig;
  Rig::write(*rig.b, "unread");
  Rig::write(*rig.a, "bye");
  rig.a.reset();
  CHECK(rig.read(*rig.b) == ok(3));
  CHECK(rig.read(*rig.b) == kReset);
  CHECK(Rig::write(*rig.b, "x") == kReset);
}

TEST_CASE("an abort before closing is what the peer sees") {
  Rig rig;
  rig.a->abort();
  rig.a.reset();
  CHECK(rig.read(*rig.b) == kReset);
}

TEST_CASE("what is left of a pipe may be used without its other end") {
  Rig rig;
  rig.a.reset();
  rig.b->shutdown_write();
  rig.b->abort();
  CHECK(rig.read(*rig.b) == kReset);
}

TEST_CASE("a pipe has no way around copying") {
  Rig rig, other;
  CHECK(rig.a->splice_to(*other.b) == nullptr);
}
