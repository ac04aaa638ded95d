#include "lb/siphash.hpp"

#include <bit>

namespace weir::lb {
namespace {

struct State {
  std::uint64_t v0, v1, v2, v3;

  void round() noexcept {
    v0 += v1;
    v1 = std::rotl(v1, 13) ^ v0;
    v0 = std::rotl(v0, 32);
    v2 += v3;
    v3 = std::rotl(v3, 16) ^ v2;
    v0 += v3;
    v3 = std::rotl(v3, 21) ^ v0;
    v2 += v1;
    v1 = std::rotl(v1, 17) ^ v2;
    v2 = std::rotl(v2, 32);
  }

  void take(std::uint64_t word) noexcept {
    v3 ^= word;
    round();
    round();
    v0 ^= word;
  }
};

// Up to eight bytes as a little-endian number, whatever the machine.
std::uint64_t little_endian(ConstBytes bytes) noexcept {
  std::uint64_t word = 0;
  for (std::size_t i = bytes.size(); i-- > 0;) {
    word = word << 8 | std::to_integer<std::uint64_t>(bytes[i]);
  }
  return word;
}

}  // namespace

std::uint64_t siphash(const SipKey& key, ConstBytes text) noexcept {
  State state{.v0 = key.low ^ 0x736F6D6570736575ULL,
              .v1 = key.high ^ 0x646F72616E646F6DULL,
              .v2 = key.low ^ 0x6C7967656E657261ULL,
              .v3 = key.high ^ 0x7465646279746573ULL};
  const std::uint64_t length = text.size();
  for (; text.size() >= 8; text = text.subspan(8)) state.take(little_endian(text.first(8)));
  state.take(little_endian(text) | length << 56);
  state.v2 ^= 0xFF;
  for (int i = 0; i < 4; ++i) state.round();
  return state.v0 ^ state.v1 ^ state.v2 ^ state.v3;
}

}  // namespace weir::lb
