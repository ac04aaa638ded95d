#include "base/random.hpp"

#include <bit>

#include "base/assert.hpp"

namespace weir {
namespace {

__extension__ typedef unsigned __int128 Wide;

std::uint64_t splitmix64(std::uint64_t& state) noexcept {
  state += 0x9E3779B97F4A7C15ULL;
  std::uint64_t z = state;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
  return z ^ (z >> 31);
}

std::uint64_t fnv1a(std::string_view text) noexcept {
  std::uint64_t hash = 0xCBF29CE484222325ULL;
  for (const char c : text) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 0x100000001B3ULL;
  }
  return hash;
}

// -log2(u / 2^64) as a 32.32 fixed-point number, for u >= 1: the integer part is the count of
// leading zeros, each fraction bit comes from squaring the mantissa once.
std::uint64_t minus_log2(std::uint64_t u) noexcept {
  const int zeros = std::countl_zero(u);
  std::uint64_t mantissa = u << zeros;  // in [2^63, 2^64): 1.0 to 2.0
  std::uint64_t fraction = 0;           // log2 of the mantissa, 32 bits
  for (int bit = 31; bit >= 0; --bit) {
    const Wide square = static_cast<Wide>(mantissa) * mantissa;
    if ((square >> 127) != 0) {
      fraction |= std::uint64_t{1} << bit;
      mantissa = static_cast<std::uint64_t>(square >> 64);
    } else {
      mantissa = static_cast<std::uint64_t>(square >> 63);
    }
  }
  return (static_cast<std::uint64_t>(zeros + 1) << 32) - fraction;
}

}  // namespace

std::uint64_t mix(std::uint64_t a, std::uint64_t b) noexcept {
  std::uint64_t state = a ^ std::rotl(b, 32);
  return splitmix64(state) ^ (b * 0x9E3779B97F4A7C15ULL);
}

Random::Random(const StreamKey& key) noexcept {
  std::uint64_t state = mix(mix(key.seed, fnv1a(key.purpose)), key.entity);
  for (std::uint64_t& word : state_) word = splitmix64(state);
}

std::uint64_t Random::next() noexcept {
  const std::uint64_t result = std::rotl(state_[1] * 5, 7) * 9;
  const std::uint64_t shifted = state_[1] << 17;
  state_[2] ^= state_[0];
  state_[3] ^= state_[1];
  state_[1] ^= state_[2];
  state_[0] ^= state_[3];
  state_[2] ^= shifted;
  state_[3] = std::rotl(state_[3], 45);
  return result;
}

std::uint64_t Random::below(std::uint64_t bound) noexcept {
  ASSERT(bound >= 1, "a range to draw from is not empty");
  Wide product = static_cast<Wide>(next()) * bound;
  if (static_cast<std::uint64_t>(product) < bound) {
    const std::uint64_t threshold = (0 - bound) % bound;
    while (static_cast<std::uint64_t>(product) < threshold) {
      product = static_cast<Wide>(next()) * bound;
    }
  }
  return static_cast<std::uint64_t>(product >> 64);
}

std::int64_t Random::between(std::int64_t low, std::int64_t high) noexcept {
  ASSERT(low <= high, "a range has its low end first");
  const std::uint64_t width = static_cast<std::uint64_t>(high) - static_cast<std::uint64_t>(low);
  const std::uint64_t offset = width == UINT64_MAX ? next() : below(width + 1);
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(low) + offset);
}

Duration Random::between(Duration low, Duration high) noexcept {
  return Duration(between(low.count(), high.count()));
}

bool Random::chance(Ratio ratio) noexcept {
  if (ratio.of_these == 0) return false;
  if (ratio.of_these >= ratio.of) return true;
  return below(ratio.of) < ratio.of_these;
}

Duration Random::exponential(Duration mean) noexcept {
  constexpr std::uint64_t kLn2 = 2977044472ULL;  // ln 2 in 0.32 fixed point
  const std::uint64_t u = next() | 1;
  const Wide log = static_cast<Wide>(minus_log2(u)) * kLn2 >> 32;  // -ln(u), 32.32
  return Duration(static_cast<std::int64_t>(log * static_cast<std::uint64_t>(mean.count()) >> 32));
}

}  // namespace weir
