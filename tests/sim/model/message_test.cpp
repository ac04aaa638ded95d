#include "sim/model/message.hpp"

#include <catch2/catch.hpp>

using namespace weir::sim::model;

TEST_CASE("a header survives its bytes") {
  const Header header{.connection = 0x0102030405060708,
                      .request = 77,
                      .body_bytes = 1'000'000,
                      .answer_bytes = UINT64_MAX};
  CHECK(decode(encode(header)) == header);
}

TEST_CASE("bytes without the mark of a header are none") {
  HeaderBytes bytes = encode(Header{});
  bytes[2] ^= std::byte{1};
  CHECK(decode(bytes) == std::nullopt);
}

TEST_CASE("a header has the same bytes on every machine") {
  const HeaderBytes bytes = encode(Header{.connection = 0x1122, .request = 3});
  CHECK(bytes[0] == std::byte{'W'});
  CHECK(bytes[4] == std::byte{3});
  CHECK(bytes[8] == std::byte{0x22});
  CHECK(bytes[9] == std::byte{0x11});
}
