#include "proxy/relay.hpp"

#include <catch2/catch.hpp>

#include "proxy/pipe_world.hpp"
#include "support/faulty_stream.hpp"

using namespace weir;
using namespace weir::proxy;
using namespace weir::test;

namespace {

// One direction between two pipes: near ends are the relay's, far ends the test's.
struct OneWay {
  explicit OneWay(Faults from_faults = {}, Faults to_faults = {})
      : from(make(source, from_faults)),
        to(make(destination, to_faults)),
        activity(pipes.driver.run_queue),
        direction(*from, *to, activity),
        running(relay(pipes.world, direction)) {}

  std::unique_ptr<FaultyStream> make(std::unique_ptr<io::Stream>& far, Faults faults) {
    auto [near, other] = io::make_pipe(pipes.driver.run_queue, PipeWorld::kPipeBytes);
    far = std::move(other);
    return std::make_unique<FaultyStream>(std::move(near), faults);
  }

  PipeWorld pipes;
  std::unique_ptr<io::Stream> source;       // the test writes here ...
  std::unique_ptr<io::Stream> destination;  // ... and reads here
  std::unique_ptr<FaultyStream> from;
  std::unique_ptr<FaultyStream> to;
  SessionActivity activity;
  RelayDirection direction;
  Running<void> running;
};

}  // namespace

TEST_CASE("a relay passes bytes on, and the end after them") {
  OneWay way;
  write_now(*way.source, "hello");
  way.pipes.driver.settle();
  CHECK(read_now(*way.destination) == "hello");
  CHECK(status_now(*way.destination) == io::IoStatus::would_block);
  write_now(*way.source, "bye");
  way.source->shutdown_write();
  way.pipes.driver.settle();
  CHECK(read_now(*way.destination) == "bye");
  CHECK(status_now(*way.destination) == io::IoStatus::end);
  CHECK(way.running.ended());
  CHECK(way.direction.end == RelayEnd::finished);
  CHECK(way.direction.bytes == 8);
}

TEST_CASE("a relay makes a reset of a reset, at once") {
  OneWay way;
  write_now(*way.source, "before");
  way.source->abort();
  way.pipes.driver.settle();
  CHECK(read_now(*way.destination) == "before");
  CHECK(status_now(*way.destination) == io::IoStatus::reset);
  CHECK(way.direction.end == RelayEnd::read_failed);
  CHECK(way.activity.first_failed == &way.direction);
}

TEST_CASE("a relay makes a reset of a reset while its destination takes nothing") {
  OneWay way;
  for (int i = 0; i < 30; ++i) {  // more than the destination takes, and the source keeps some
    const ConstBytes bytes = as_bytes("0123456789");
    while (way.source->try_write(std::span(&bytes, 1)).status == io::IoStatus::ok) continue;
    way.pipes.driver.settle();
  }
  REQUIRE(way.pipes.world.buffers.borrowed() > 0);
  way.source->abort();
  way.pipes.driver.settle();
  CHECK(way.running.ended());
  CHECK(way.direction.end == RelayEnd::read_failed);
  CHECK(way.pipes.world.buffers.borrowed() == 0);
  read_now(*way.destination);
  CHECK(status_now(*way.destination) == io::IoStatus::reset);
}

TEST_CASE("a relay delivers what it holds when its source has ended, and fails only then") {
  OneWay way;
  const std::string text(2 * PipeWorld::kPipeBytes, 'e');
  write_now(*way.source, text.substr(0, PipeWorld::kPipeBytes));
  way.pipes.driver.settle();
  write_now(*way.source, text.substr(PipeWorld::kPipeBytes));
  way.source->shutdown_write();
  way.pipes.driver.settle();
  CHECK_FALSE(way.running.ended());
  std::string got = read_now(*way.destination);
  way.pipes.driver.settle();
  got += read_now(*way.destination);
  CHECK(got == text);
  CHECK(status_now(*way.destination) == io::IoStatus::end);
}

TEST_CASE("a relay whose destination fails ends and leaves the source alone") {
  OneWay way;
  way.destination->abort();
  write_now(*way.source, "x");
  way.pipes.driver.settle();
  CHECK(way.direction.end == RelayEnd::write_failed);
  write_now(*way.source, "y");
  CHECK(status_now(*way.source) == io::IoStatus::would_block);
}

TEST_CASE("a relay reads nothing more while the other side does not take what it has") {
  OneWay way;
  std::size_t poured = 0;
  const std::string piece(1024, 'p');
  for (int i = 0; i < 1000; ++i) {
    const ConstBytes bytes = as_bytes(piece);
    poured += way.source->try_write(std::span(&bytes, 1)).bytes;
    way.pipes.driver.settle();
  }
  CHECK(poured <= 2 * PipeWorld::kPipeBytes + io::BufferPool::kScratchBytes);
  CHECK(way.pipes.world.buffers.borrowed() > 0);
  std::string got;
  for (std::size_t before = 1; got.size() != before;) {
    before = got.size();
    got += read_now(*way.destination);
    way.pipes.driver.settle();
  }
  CHECK(got == std::string(poured, 'p'));
  CHECK(way.pipes.world.buffers.borrowed() == 0);
}

TEST_CASE("a relay that moves one byte at a time loses and reorders none") {
  Faults one_byte;
  one_byte.step_bytes_max = 1;
  OneWay way(one_byte, one_byte);
  std::string text;
  for (int i = 0; i < 3000; ++i) text += static_cast<char>('a' + i % 26);
  write_now(*way.source, text);
  way.source->shutdown_write();
  way.pipes.driver.settle();
  CHECK(read_now(*way.destination) == text);
  CHECK(way.direction.end == RelayEnd::finished);
}

TEST_CASE("a relay survives a failure at every operation and never ends a broken stream cleanly") {
  for (const bool break_source : {true, false}) {
    for (std::size_t n = 0; n < 12; ++n) {
      CAPTURE(break_source, n);
      Faults faults;
      faults.fail_at = n;
      OneWay way(break_source ? faults : Faults{}, break_source ? Faults{} : faults);
      for (int i = 0; i < 4; ++i) {
        const ConstBytes bytes = as_bytes("0123456789");
        way.source->try_write(std::span(&bytes, 1));
        way.pipes.driver.settle();
      }
      way.source->shutdown_write();
      way.pipes.driver.settle();
      CHECK(way.running.ended());
      const std::string got = read_now(*way.destination);
      CHECK(std::string("0123456789012345678901234567890123456789").starts_with(got));
      if (way.direction.end == RelayEnd::finished) {
        CHECK(got.size() == 40);
      } else {
        CHECK(status_now(*way.destination) == io::IoStatus::reset);
      }
    }
  }
}
