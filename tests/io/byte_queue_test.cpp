#include "io/byte_queue.hpp"

#include <algorithm>
#include <array>
#include <string>

#include <catch2/catch.hpp>
#include <rapidcheck/catch.h>

#include "io/pipe.hpp"
#include "support/death.hpp"
#include "support/driver.hpp"
#include "support/faulty_stream.hpp"

using namespace weir;
using io::BufferPool;
using io::ByteQueue;
using io::IoResult;
using io::IoStatus;

namespace {

constexpr std::size_t kBlock = BufferPool::kBlockBytes;

// Text in which every position looks different from its neighbours and from other blocks'.
std::string pattern(std::size_t size, std::size_t start = 0) {
  std::string text(size, '\0');
  for (std::size_t i = 0; i < size; ++i) text[i] = static_cast<char>((start + i) % 251);
  return text;
}

std::string read_all(io::Stream& stream) {
  std::string text;
  std::array<std::byte, 4096> buffer;
  for (;;) {
    const IoResult got = stream.try_read(buffer);
    if (got.status != IoStatus::ok) return text;
    text += as_text(ConstBytes(buffer).first(got.bytes));
  }
}

struct Rig {
  explicit Rig(std::size_t capacity = 1 << 20) : pipe(io::make_pipe(driver.run_queue, capacity)) {}

  IoResult write() { return queue.try_write_to(*pipe.first); }
  std::string read() { return read_all(*pipe.second); }

  test::Driver driver;
  io::StreamPair pipe;
  BufferPool pool;
  ByteQueue queue{pool};
};

}  // namespace

TEST_CASE("a new queue is empty and holds no block") {
  Rig rig;
  CHECK(rig.queue.empty());
  CHECK(rig.queue.size() == 0);
  rig.queue.push({});
  CHECK(rig.pool.borrowed() == 0);
}

TEST_CASE("what is pushed is written in order, in one operation") {
  Rig rig;
  rig.queue.push(as_bytes("Hello, "));
  rig.queue.push(as_bytes("world"));
  CHECK(rig.queue.size() == 12);
  CHECK(rig.pool.borrowed() == 1);
  CHECK(rig.write() == IoResult{12, IoStatus::ok});
  CHECK(rig.read() == "Hello, world");
  CHECK(rig.queue.empty());
  CHECK(rig.pool.borrowed() == 0);
}

TEST_CASE("a queue copies what is pushed") {
  Rig rig;
  std::string text = "before";
  rig.queue.push(as_bytes(text));
  text = "behind";
  rig.write();
  CHECK(rig.read() == "before");
}

TEST_CASE("a queue of several blocks keeps order across their borders") {
  const std::size_t size = GENERATE(kBlock - 1, kBlock, kBlock + 1, 2 * kBlock, 3 * kBlock + 7);
  Rig rig;
  rig.queue.push(as_bytes(pattern(size)));
  CHECK(rig.queue.size() == size);
  CHECK(rig.pool.borrowed() == (size + kBlock - 1) / kBlock);
  rig.queue.push(as_bytes(pattern(100, size)));
  CHECK(rig.write() == IoResult{size + 100, IoStatus::ok});
  CHECK(rig.read() == pattern(size + 100));
  CHECK(rig.pool.borrowed() == 0);
}

TEST_CASE("one write gathers eight blocks at most, and the next goes on behind them") {
  Rig rig;
  rig.queue.push(as_bytes(pattern(10 * kBlock)));
  rig.queue.drop(10);
  CHECK(rig.write() == IoResult{8 * kBlock - 10, IoStatus::ok});
  CHECK(rig.pool.borrowed() == 2);
  CHECK(rig.write() == IoResult{2 * kBlock, IoStatus::ok});
  CHECK(rig.read() == pattern(10 * kBlock).substr(10));
}

TEST_CASE("dropping gives blocks back as soon as they are empty") {
  Rig rig;
  rig.queue.push(as_bytes(pattern(3 * kBlock)));
  rig.queue.drop(kBlock - 1);
  CHECK(rig.pool.borrowed() == 3);
  rig.queue.drop(1);
  CHECK(rig.pool.borrowed() == 2);
  rig.queue.drop(kBlock + 1);
  CHECK(rig.pool.borrowed() == 1);
  CHECK(rig.queue.size() == kBlock - 1);
  rig.queue.drop(kBlock - 1);
  CHECK(rig.pool.borrowed() == 0);
  CHECK(rig.queue.empty());
  rig.queue.drop(0);
}

TEST_CASE("a queue that is cleared or destroyed gives its blocks back") {
  Rig rig;
  rig.queue.push(as_bytes(pattern(3 * kBlock)));
  rig.queue.clear();
  CHECK(rig.pool.borrowed() == 0);
  rig.queue.push(as_bytes("again"));
  CHECK(rig.queue.size() == 5);
  {
    ByteQueue other(rig.pool);
    other.push(as_bytes(pattern(2 * kBlock)));
    CHECK(rig.pool.borrowed() == 3);
  }
  CHECK(rig.pool.borrowed() == 1);
}

TEST_CASE("a write that fails drops nothing") {
  Rig rig(10);
  rig.queue.push(as_bytes(pattern(15)));
  CHECK(rig.write() == IoResult{10, IoStatus::ok});
  CHECK(rig.write() == IoResult{0, IoStatus::would_block});
  CHECK(rig.queue.size() == 5);
  rig.pipe.second->abort();
  CHECK(rig.write() == IoResult{0, IoStatus::reset});
  CHECK(rig.queue.size() == 5);
}

TEST_CASE("more than is queued is not dropped, and nothing is not written") {
  const auto drop = [] {
    Rig rig;
    rig.queue.push(as_bytes("abc"));
    rig.queue.drop(4);
  };
  CHECK_THAT(test::death_of(drop), Catch::Contains("only what is queued is dropped"));
  const auto write = [] {
    Rig rig;
    rig.write();
  };
  CHECK_THAT(test::death_of(write), Catch::Contains("holds something"));
}

namespace {

// One random step on the queue and on the text that it stands for.
void step(Rig& rig, io::Stream& stream, std::string& model, std::string& written) {
  const auto sizes = rc::gen::weightedOneOf<std::size_t>(
      {{3, rc::gen::inRange<std::size_t>(0, 100)},
       {1, rc::gen::inRange<std::size_t>(0, 3 * kBlock)},
       {1, rc::gen::element<std::size_t>(kBlock - 1, kBlock, kBlock + 1, 2 * kBlock)}});
  const std::size_t size = *sizes;
  switch (*rc::gen::inRange(0, 5)) {
    case 0: {
      rig.queue.drop(std::min(size, model.size()));
      model.erase(0, size);
      break;
    }
    case 1:
    case 2: {
      const std::string text = pattern(size, written.size() + model.size());
      rig.queue.push(as_bytes(text));
      model += text;
      break;
    }
    default: {
      if (model.empty()) break;
      const IoResult sent = rig.queue.try_write_to(stream);
      RC_ASSERT((sent.status == IoStatus::ok) == (sent.bytes > 0));
      written += model.substr(0, sent.bytes);
      model.erase(0, sent.bytes);
    }
  }
}

}  // namespace

TEST_CASE("a queue behaves like a string") {
  rc::prop("under random pushes, drops and short writes", [] {
    Rig rig(*rc::gen::inRange<std::size_t>(1, 3 * kBlock));
    const auto step_bytes = *rc::gen::element<std::size_t>(1, 1000, kBlock, SIZE_MAX);
    test::FaultyStream stream(std::move(rig.pipe.first), {.step_bytes_max = step_bytes});
    std::string model, written, got;
    const int steps = *rc::gen::inRange(0, 60);
    for (int i = 0; i < steps; ++i) {
      step(rig, stream, model, written);
      RC_ASSERT(rig.queue.size() == model.size());
      RC_ASSERT(rig.queue.empty() == model.empty());
      RC_ASSERT(rig.pool.borrowed() <= (model.size() + kBlock - 1) / kBlock + 1);
      if (model.empty()) RC_ASSERT(rig.pool.borrowed() == 0U);
      if (i % 3 == 0) got += rig.read();
    }
    got += rig.read();
    RC_ASSERT(got == written);
  });
}
