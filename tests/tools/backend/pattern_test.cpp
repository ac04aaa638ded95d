#include "backend/pattern.hpp"

#include <catch2/catch.hpp>

#include "fixture.hpp"

namespace weir::backend {
namespace {

// All that goes on the wire when each write takes at most `step` bytes.
std::string wire(std::uint64_t length, Framing framing, std::size_t step) {
  PatternBody body(length, framing);
  std::string text;
  while (!body.done()) {
    std::array<ConstBytes, 3> pieces;
    const std::size_t count = body.gather(pieces);
    std::size_t left = step;
    for (const ConstBytes piece : std::span(pieces.data(), count)) {
      const std::size_t size = std::min(left, piece.size());
      text += as_text(piece.first(size));
      left -= size;
    }
    body.advance(step - left);
  }
  return text;
}

std::string expected_body(std::uint64_t length) {
  std::string text;
  for (std::uint64_t i = 0; i < length; ++i) text += static_cast<char>(pattern_byte(i));
  return text;
}

TEST_CASE("the pattern comes whole in writes of every size", "[backend]") {
  for (const std::uint64_t length : {0ULL, 1ULL, 61ULL, 65535ULL, 65536ULL, 65537ULL, 300000ULL}) {
    for (const std::size_t step : {7UL, 60000UL, 65536UL, 1000000UL}) {
      INFO("length " << length << ", step " << step);
      CHECK(wire(length, Framing::identity, step) == expected_body(length));
      CHECK(test::dechunked(wire(length, Framing::chunked, step)) == expected_body(length));
    }
  }
}

TEST_CASE("the pattern of a large body needs no memory and few pieces", "[backend]") {
  const std::size_t before = test::allocations();
  PatternBody body(std::uint64_t{16} << 30, Framing::identity);
  std::array<ConstBytes, 8> pieces;
  CHECK(body.gather(pieces) == 8);
  std::size_t bytes = 0;
  for (const ConstBytes piece : pieces) bytes += piece.size();
  CHECK(bytes == 8 * 64 * 1024);
  CHECK(test::allocations() == before);
}

TEST_CASE("the pattern repeats in a length that no buffer has", "[backend]") {
  CHECK(pattern_byte(0) == pattern_byte(61));
  std::size_t same = 0;
  for (std::uint64_t i = 0; i < 61; ++i) same += pattern_byte(i) == pattern_byte(i + 4096) ? 1 : 0;
  CHECK(same < 10);
}

}  // namespace
}  // namespace weir::backend
