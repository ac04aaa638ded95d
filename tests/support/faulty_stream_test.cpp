#include "support/faulty_stream.hpp"

#include <array>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "io/pipe.hpp"
#include "io/stream_ops.hpp"
#include "support/driver.hpp"

using namespace weir;
using io::IoResult;
using io::IoStatus;
using test::Faults;
using test::FaultyStream;

namespace {

struct Rig {
  explicit Rig(Faults faults, std::size_t capacity = 100)
      : pipe(io::make_pipe(driver.run_queue, capacity)), stream(std::move(pipe.first), faults) {}

  io::Stream& peer() { return *pipe.second; }

  IoResult read(io::Stream& from, std::size_t bytes = 100) {
    return from.try_read(MutableBytes(buffer).first(bytes));
  }
  static IoResult write(io::Stream& to, std::string_view text) {
    const ConstBytes piece = as_bytes(text);
    return to.try_write(std::span(&piece, 1));
  }

  test::Driver driver;
  std::array<std::byte, 100> buffer{};
  io::StreamPair pipe;
  FaultyStream stream;
};

task::Task<IoStatus> send(io::Stream& stream, std::string_view text, test::Driver& driver) {
  co_return co_await io::write_all(stream, as_bytes(text), driver.timers, kNever);
}

task::Task<std::string> receive(io::Stream& stream, std::size_t bytes, test::Driver& driver) {
  std::string text(bytes, '?');
  const MutableBytes into = std::as_writable_bytes(std::span(text));
  const IoResult got = co_await io::read_exactly(stream, into, driver.timers, kNever);
  text.resize(got.bytes);
  co_return text;
}

}  // namespace

TEST_CASE("a faulty stream without faults passes everything through") {
  Rig rig({});
  CHECK(Rig::write(rig.stream, "hello") == IoResult{5, IoStatus::ok});
  CHECK(rig.read(rig.peer()) == IoResult{5, IoStatus::ok});
  CHECK(rig.read(rig.stream) == IoResult{0, IoStatus::would_block});
  rig.stream.shutdown_write();
  CHECK(rig.read(rig.peer()) == IoResult{0, IoStatus::end});
  CHECK(rig.stream.operations() == 2);
}

TEST_CASE("a faulty stream breaks at the chosen operation and stays broken") {
  const IoStatus status = GENERATE(IoStatus::reset, IoStatus::timed_out, IoStatus::failed);
  Rig rig({.fail_at = 1, .status = status});
  CHECK(Rig::write(rig.stream, "a") == IoResult{1, IoStatus::ok});
  CHECK(Rig::write(rig.stream, "b") == IoResult{0, status});
  CHECK(rig.read(rig.stream) == IoResult{0, status});
  CHECK(Rig::write(rig.stream, "c") == IoResult{0, status});
  CHECK(rig.read(rig.peer()) == IoResult{1, IoStatus::ok});  // arrived before
  CHECK(rig.read(rig.peer()) == IoResult{0, IoStatus::reset});
}

TEST_CASE("a faulty stream that broke wakes whoever waits for it") {
  Rig rig({.fail_at = 0, .status = IoStatus::failed});
  test::Running reader(receive(rig.stream, 1, rig.driver));
  CHECK(reader.ended());
  CHECK(reader.take().empty());
  test::Running writer(send(rig.stream, "x", rig.driver));
  CHECK(writer.ended());
  CHECK(writer.take() == IoStatus::failed);
}

TEST_CASE("an injected end stops reading and lets writing go on") {
  Rig rig({.fail_at = 1, .status = IoStatus::end});
  Rig::write(rig.peer(), "late");
  CHECK(rig.read(rig.stream, 2) == IoResult{2, IoStatus::ok});
  CHECK(rig.read(rig.stream) == IoResult{0, IoStatus::end});
  CHECK(rig.read(rig.stream) == IoResult{0, IoStatus::end});
  CHECK(Rig::write(rig.stream, "answer") == IoResult{6, IoStatus::ok});
}

TEST_CASE("an injected end that falls on a write ends the next read") {
  Rig rig({.fail_at = 0, .status = IoStatus::end});
  CHECK(Rig::write(rig.stream, "answer") == IoResult{6, IoStatus::ok});
  test::Running reader(receive(rig.stream, 1, rig.driver));
  CHECK(reader.ended());
  CHECK(reader.take().empty());
}

TEST_CASE("an injected would_block is spurious: the operation goes through when tried again") {
  const std::size_t fail_at = GENERATE(0, 1, 2);
  Rig rig({.fail_at = fail_at, .status = IoStatus::would_block});
  test::Running writer(send(rig.stream, "ping", rig.driver));
  rig.driver.settle();
  CHECK(writer.ended());
  Rig::write(rig.peer(), "pong");
  test::Running reader(receive(rig.stream, 4, rig.driver));
  rig.driver.settle();
  CHECK(reader.ended());
  CHECK(reader.take() == "pong");
}

TEST_CASE("steps of one byte carry the same bytes in more operations") {
  Rig rig({.step_bytes_max = 1});
  test::Running writer(send(rig.stream, "ping", rig.driver));
  CHECK(writer.ended());
  CHECK(rig.stream.operations() == 4);
  CHECK(rig.read(rig.peer()) == IoResult{4, IoStatus::ok});
  Rig::write(rig.peer(), "pong");
  CHECK(rig.read(rig.stream) == IoResult{1, IoStatus::ok});
  const std::array<ConstBytes, 3> pieces = {as_bytes(""), as_bytes("ab"), as_bytes("c")};
  CHECK(rig.stream.try_write(pieces) == IoResult{1, IoStatus::ok});
}

TEST_CASE("aborting a faulty stream resets both sides") {
  Rig rig({.fail_at = 99});
  rig.stream.abort();
  CHECK(rig.read(rig.stream) == IoResult{0, IoStatus::reset});
  CHECK(rig.read(rig.peer()) == IoResult{0, IoStatus::reset});
}
