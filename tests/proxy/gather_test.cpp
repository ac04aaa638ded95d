#include "proxy/gather.hpp"

#include <catch2/catch.hpp>

#include "http/head_writer.hpp"
#include "io/pipe.hpp"
#include "proxy/pipe_world.hpp"
#include "support/faulty_stream.hpp"

using namespace weir;
using namespace weir::proxy;
using namespace weir::test;

namespace {

struct Rig {
  explicit Rig(std::size_t capacity) {
    auto [near, far] = io::make_pipe(driver.run_queue, capacity);
    stream = std::make_unique<FaultyStream>(std::move(near), Faults{});
    peer = std::move(far);
  }
  Driver driver;
  io::BufferPool buffers;
  io::ByteQueue unsent{buffers};
  Gather gather;
  std::unique_ptr<FaultyStream> stream;
  std::unique_ptr<io::Stream> peer;
};

}  // namespace

TEST_CASE("gathered pieces go out in order, in one write") {
  Rig rig(100);
  rig.gather.add(as_bytes("head "));
  rig.gather.add(as_bytes(""));
  rig.gather.add_chunk(as_bytes("abc"));
  rig.gather.add_chunk(as_bytes("0123456789abcdef"));
  CHECK(rig.gather.send(*rig.stream, rig.unsent));
  CHECK(rig.stream->operations() == 1);
  CHECK(read_now(*rig.peer) == "head 3\r\nabc\r\n10\r\n0123456789abcdef\r\n");
  CHECK(rig.unsent.empty());
}

TEST_CASE("an empty chunk is not written: it would end the body") {
  Rig rig(100);
  rig.gather.add_chunk(ConstBytes());
  CHECK(rig.gather.send(*rig.stream, rig.unsent));
  CHECK(rig.stream->operations() == 0);
}

TEST_CASE("what a stream does not take is queued behind what it took, wherever that ends") {
  const std::size_t room = GENERATE(range<std::size_t>(1, 30));
  Rig rig(room);
  rig.gather.add(as_bytes("head "));
  rig.gather.add_chunk(as_bytes("abc"));
  rig.gather.add(as_bytes("0\r\n\r\n"));
  CHECK(rig.gather.send(*rig.stream, rig.unsent));
  std::string all = read_now(*rig.peer);
  while (!rig.unsent.empty()) {
    CHECK(flush(*rig.stream, rig.unsent));
    all += read_now(*rig.peer);
  }
  CHECK(all == "head 3\r\nabc\r\n0\r\n\r\n");
}

TEST_CASE("what is gathered waits behind what is queued, without a write") {
  Rig rig(100);
  rig.unsent.push(as_bytes("first "));
  rig.gather.add(as_bytes("second"));
  CHECK(rig.gather.send(*rig.stream, rig.unsent));
  CHECK(rig.stream->operations() == 0);
  CHECK(flush(*rig.stream, rig.unsent));
  CHECK(read_now(*rig.peer) == "first second");
}

TEST_CASE("a gather is empty after it was sent, dropped, or met a stream that has failed") {
  Rig rig(100);
  rig.gather.add_chunk(as_bytes("lost"));
  rig.gather.drop();
  CHECK(rig.gather.send(*rig.stream, rig.unsent));
  CHECK(read_now(*rig.peer).empty());
  rig.gather.add_chunk(as_bytes("sent"));
  CHECK(rig.gather.send(*rig.stream, rig.unsent));
  CHECK(rig.gather.send(*rig.stream, rig.unsent));
  CHECK(read_now(*rig.peer) == "4\r\nsent\r\n");
  rig.stream->abort();
  rig.gather.add(as_bytes("lost"));
  CHECK_FALSE(rig.gather.send(*rig.stream, rig.unsent));
  CHECK(rig.unsent.empty());
  CHECK(rig.gather.send(*rig.stream, rig.unsent));
}

TEST_CASE("a gather that is not full has room for a chunk and the end of the body") {
  Rig rig(4096);
  const std::size_t plain = GENERATE(range<std::size_t>(0, 4));
  for (std::size_t i = 0; i < plain; ++i) rig.gather.add(as_bytes("p"));
  std::size_t chunks = 0;
  for (; !rig.gather.full(); ++chunks) rig.gather.add_chunk(as_bytes("x"));
  rig.gather.add(as_bytes("0\r\n\r\n"));
  CHECK(chunks >= 4);
  CHECK(rig.gather.send(*rig.stream, rig.unsent));
  std::string expected(plain, 'p');
  for (std::size_t i = 0; i < chunks; ++i) expected += "1\r\nx\r\n";
  CHECK(read_now(*rig.peer) == expected + "0\r\n\r\n");
}

TEST_CASE("flushing fails only when the stream has") {
  Rig rig(1);
  CHECK(flush(*rig.stream, rig.unsent));
  rig.unsent.push(as_bytes("abc"));
  CHECK(flush(*rig.stream, rig.unsent));
  CHECK(flush(*rig.stream, rig.unsent));  // would block
  CHECK(rig.unsent.size() == 2);
  rig.peer->abort();
  CHECK_FALSE(flush(*rig.stream, rig.unsent));
}
