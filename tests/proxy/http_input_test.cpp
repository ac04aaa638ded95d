#include "proxy/http_input.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck/catch.h>

#include "io/pipe.hpp"
#include "proxy/pipe_world.hpp"

using namespace weir;
using namespace weir::proxy;
using namespace weir::test;

namespace {

struct Rig {
  explicit Rig(std::size_t capacity = 1 << 20) {
    auto [near, far] = io::make_pipe(driver.run_queue, capacity);
    stream = std::move(near);
    peer = std::move(far);
  }
  void scribble() { std::ranges::fill(buffers.scratch_for_message(), std::byte{'#'}); }
  std::string_view text() const { return as_text(input.bytes()); }

  Driver driver;
  io::BufferPool buffers;
  HttpInput input;
  std::unique_ptr<io::Stream> stream;
  std::unique_ptr<io::Stream> peer;
};

}  // namespace

TEST_CASE("an input reads behind what it has, and consumes from the front") {
  Rig rig;
  CHECK(rig.input.empty());
  write_now(*rig.peer, "abc");
  CHECK(rig.input.fill(*rig.stream, rig.buffers) == io::IoResult{3, io::IoStatus::ok});
  rig.input.consume(1);
  write_now(*rig.peer, "def");
  CHECK(rig.input.fill(*rig.stream, rig.buffers) == io::IoResult{3, io::IoStatus::ok});
  CHECK(rig.text() == "bcdef");
  rig.input.consume(5);
  CHECK(rig.input.empty());
}

TEST_CASE("an input that is kept does not lie in the scratch buffer") {
  Rig rig;
  write_now(*rig.peer, "abc");
  rig.input.fill(*rig.stream, rig.buffers);
  rig.input.consume(1);
  rig.input.keep();
  rig.scribble();
  CHECK(rig.text() == "bc");
  rig.input.consume(1);
  rig.input.keep();
  CHECK(rig.text() == "c");
  CHECK(rig.input.fill(*rig.stream, rig.buffers).status == io::IoStatus::would_block);
  CHECK(rig.text() == "c");
}

TEST_CASE("an input tells the end and a reset, and keeps what came before") {
  const bool reset = GENERATE(true, false);
  Rig rig;
  write_now(*rig.peer, "abc");
  rig.input.fill(*rig.stream, rig.buffers);
  if (reset) {
    rig.peer->abort();
  } else {
    rig.peer->shutdown_write();
  }
  const io::IoResult got = rig.input.fill(*rig.stream, rig.buffers);
  CHECK(got.status == (reset ? io::IoStatus::reset : io::IoStatus::end));
  CHECK(rig.text() == "abc");
}

TEST_CASE("an input takes no more than its maximum, and no byte is lost by that") {
  Rig rig;
  const std::string all(HttpInput::kInputBytesMax + 1000, 'x');
  write_now(*rig.peer, all);
  std::size_t reads = 0;
  while (rig.input.fill(*rig.stream, rig.buffers).status == io::IoStatus::ok) ++reads;
  CHECK(reads < 100);
  CHECK(rig.input.bytes().size() <=
        HttpInput::kInputBytesMax + rig.buffers.scratch_for_message().size());
  std::size_t got = rig.input.bytes().size();
  rig.input.consume(got);
  while (rig.input.fill(*rig.stream, rig.buffers).status == io::IoStatus::ok) {
    got += rig.input.bytes().size();
    rig.input.consume(rig.input.bytes().size());
  }
  CHECK(got == all.size());
}

TEST_CASE("an input gives the bytes that were sent, however it is filled, consumed and kept") {
  rc::prop("same bytes", [](const std::vector<std::uint8_t>& steps) {
    Rig rig;
    std::string sent;
    std::string got;
    int next = 0;
    for (const std::uint8_t step : steps) {
      const std::size_t size = step / 4U;
      if (step % 4 == 0) {
        std::string some;
        for (std::size_t i = 0; i < size; ++i) some += static_cast<char>('a' + next++ % 26);
        if (!some.empty()) write_now(*rig.peer, some);
        sent += some;
      } else if (step % 4 == 1) {
        rig.input.fill(*rig.stream, rig.buffers);
      } else if (step % 4 == 2) {
        const std::size_t taken = std::min(size, rig.text().size());
        got += rig.text().substr(0, taken);
        rig.input.consume(taken);
      } else {
        rig.input.keep();
        rig.scribble();
      }
    }
    got += rig.text();
    got += read_now(*rig.stream);
    RC_ASSERT(got == sent);
  });
}
