#include "sim/world/byte_ring.hpp"

#include <string>

#include <catch2/catch.hpp>

#include "base/random.hpp"
#include "support/seed.hpp"

using namespace weir;
using sim::internal::ByteRing;

namespace {

std::string take(ByteRing& ring, std::size_t bytes) {
  std::string text(bytes, '\0');
  ring.take(std::as_writable_bytes(std::span(text)));
  return text;
}

}  // namespace

TEST_CASE("a ring gives bytes back in order") {
  ByteRing ring;
  ring.append(as_bytes("hello "));
  ring.append(as_bytes("world"));
  CHECK(take(ring, 3) == "hel");
  CHECK(take(ring, 8) == "lo world");
  CHECK(ring.size() == 0);
}

TEST_CASE("a ring drops from both ends") {
  ByteRing ring;
  ring.append(as_bytes("abcdef"));
  ring.drop_front(2);
  ring.drop_back(1);
  CHECK(take(ring, 3) == "cde");
}

TEST_CASE("a ring agrees with a string through any sequence of operations") {
  Random random(StreamKey{.seed = test::seed(), .purpose = "ring", .entity = 0});
  ByteRing ring;
  std::string model;
  for (int step = 0; step < 20'000; ++step) {
    const std::uint64_t what = random.below(4);
    if (what < 2) {
      const std::size_t size = random.below(step % 100 == 0 ? 5000 : 90);
      std::string text;
      while (text.size() < size) text += static_cast<char>('a' + (model.size() + text.size()) % 26);
      ring.append(as_bytes(text));
      model += text;
    } else {
      const std::size_t size = random.below(model.size() + 1);
      if (what == 2) {
        CHECK(take(ring, size) == model.substr(0, size));
        model.erase(0, size);
      } else {
        const std::size_t few = size % 50;
        ring.drop_back(few);
        model.erase(model.size() - few);
      }
    }
    REQUIRE(ring.size() == model.size());
  }
}
