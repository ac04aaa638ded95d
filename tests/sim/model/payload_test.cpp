#include "sim/model/payload.hpp"

#include <array>
#include <cstring>
#include <vector>

#include <catch2/catch.hpp>

#include "base/random.hpp"
#include "support/seed.hpp"

using namespace weir;
using sim::model::Checksum;
using sim::model::Payload;
using sim::model::Way;

namespace {

std::vector<std::byte> bytes_of(const Payload& payload, std::uint64_t offset, std::size_t size) {
  std::vector<std::byte> bytes(size);
  payload.fill(bytes, offset);
  return bytes;
}

const Payload kOne(7, 3, Way::up);

}  // namespace

TEST_CASE("a payload is the same bytes whatever portions it is made in") {
  const std::vector<std::byte> whole = bytes_of(kOne, 0, 1000);
  Random random(StreamKey{test::seed(), "portions", 0});
  for (int round = 0; round < 200; ++round) {
    const std::uint64_t from = random.below(1000);
    const std::uint64_t size = random.below(1000 - from + 1);
    const std::vector<std::byte> part = bytes_of(kOne, from, size);
    REQUIRE(std::equal(part.begin(), part.end(), whole.begin() + static_cast<long>(from)));
    REQUIRE(kOne.is_same(part, from));
  }
}

TEST_CASE("one wrong byte anywhere is found, and where it is") {
  std::vector<std::byte> bytes = bytes_of(kOne, 5, 100);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    bytes[i] ^= std::byte{0x10};
    REQUIRE_FALSE(kOne.is_same(bytes, 5));
    REQUIRE(kOne.first_difference(bytes, 5) == i);
    bytes[i] ^= std::byte{0x10};
  }
  CHECK(kOne.first_difference(bytes, 5) == std::nullopt);
}

TEST_CASE("payloads of other connections, requests and ways are other bytes") {
  const std::vector<std::byte> bytes = bytes_of(kOne, 0, 64);
  CHECK_FALSE(Payload(8, 3, Way::up).is_same(bytes, 0));
  CHECK_FALSE(Payload(7, 4, Way::up).is_same(bytes, 0));
  CHECK_FALSE(Payload(7, 3, Way::down).is_same(bytes, 0));
  CHECK_FALSE(kOne.is_same(bytes, 8));
}

TEST_CASE("missing bytes are called missing, and counted") {
  std::vector<std::byte> bytes = bytes_of(kOne, 0, 100);
  const std::vector<std::byte> later = bytes_of(kOne, 140, 60);
  bytes.insert(bytes.end(), later.begin(), later.end());
  CHECK(kOne.explain(bytes, 0) ==
        "wrong from byte 100 on: these are the bytes of offset 140, so 40 bytes are missing");
}

TEST_CASE("bytes that came twice are called that") {
  std::vector<std::byte> bytes = bytes_of(kOne, 0, 100);
  const std::vector<std::byte> again = bytes_of(kOne, 70, 60);
  bytes.insert(bytes.end(), again.begin(), again.end());
  CHECK(kOne.explain(bytes, 0) ==
        "wrong from byte 100 on: these are the bytes of offset 70, so 30 bytes came twice");
}

TEST_CASE("bytes of another message are called foreign") {
  const std::vector<std::byte> foreign = bytes_of(Payload(9, 0, Way::down), 0, 50);
  CHECK_THAT(kOne.explain(foreign, 10), Catch::Contains("none of this message"));
}

TEST_CASE("a checksum sees order and does not see portions") {
  const std::vector<std::byte> bytes = bytes_of(kOne, 0, 100);
  Checksum whole;
  whole.add(bytes);
  Checksum parts;
  parts.add(ConstBytes(bytes).first(33));
  parts.add(ConstBytes(bytes).subspan(33));
  CHECK(parts.value() == whole.value());
  std::vector<std::byte> swapped = bytes;
  std::swap(swapped[10], swapped[11]);
  REQUIRE(swapped[10] != swapped[11]);
  Checksum other;
  other.add(swapped);
  CHECK(other.value() != whole.value());
}
