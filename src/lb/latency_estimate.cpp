#include "lb/latency_estimate.hpp"

#include <algorithm>
#include <array>

#include "base/assert.hpp"

namespace weir::lb {
namespace {

__extension__ typedef unsigned __int128 Wide;

constexpr int kFractionBits = 16;
constexpr std::uint64_t kLog2E = 94548;  // log2(e), 16 fraction bits

constexpr std::uint64_t square_root(std::uint64_t of) {
  std::uint64_t root = 0;
  for (std::uint64_t bit = std::uint64_t{1} << 31; bit != 0; bit >>= 1) {
    if ((root | bit) * (root | bit) <= of) root |= bit;
  }
  return root;
}

// 2^(-1/2), 2^(-1/4), 2^(-1/8), ... with 32 fraction bits: each is the root of the one before.
constexpr std::array<std::uint64_t, kFractionBits> kRoots = [] {
  std::array<std::uint64_t, kFractionBits> roots{};
  std::uint64_t value = std::uint64_t{1} << 31;
  for (std::uint64_t& root : roots) root = value = square_root(value << 32);
  return roots;
}();

std::int64_t scale(std::int64_t value, std::uint64_t by_of_2_32) noexcept {
  return static_cast<std::int64_t>(static_cast<Wide>(value) * by_of_2_32 >> 32);
}

}  // namespace

void LatencyEstimate::observe(TimePoint now, Duration latency, const Decay& decay) noexcept {
  const std::int64_t at = now.time_since_epoch().count();
  std::int64_t before = observed_at_.load(std::memory_order_relaxed);
  while (before < at &&
         !observed_at_.compare_exchange_weak(before, at, std::memory_order_relaxed)) {
  }
  const std::uint64_t left = decay.left_after(Duration(std::max<std::int64_t>(at - before, 0)));
  const std::int64_t seen = std::clamp<std::int64_t>(latency.count(), 1, kLatencyMax.count());
  std::int64_t old = average_ns_.load(std::memory_order_relaxed);
  std::int64_t average = 0;
  do {
    average = seen >= old ? seen : seen + scale(old - seen, left);
  } while (!average_ns_.compare_exchange_weak(old, average, std::memory_order_relaxed));
}

Duration LatencyEstimate::at(TimePoint now, const Decay& decay) const noexcept {
  const std::int64_t average = average_ns_.load(std::memory_order_relaxed);
  if (average == 0) return Duration(0);
  const std::int64_t since =
      now.time_since_epoch().count() - observed_at_.load(std::memory_order_relaxed);
  const std::uint64_t left = decay.left_after(Duration(std::max<std::int64_t>(since, 0)));
  return Duration(std::max<std::int64_t>(scale(average, left), 1));
}

std::uint64_t Decay::left_after(Duration elapsed) const noexcept {
  constexpr std::uint64_t kOne = std::uint64_t{1} << 32;
  const auto halvings =  // of what is there, with kFractionBits fraction bits
      static_cast<Wide>(elapsed.count()) * kLog2E / memory_ns_;
  if (halvings >> kFractionBits >= 32) return 0;
  std::uint64_t left = kOne;
  for (int bit = 0; bit < kFractionBits; ++bit) {
    const bool set = (halvings >> (kFractionBits - 1 - bit) & 1) != 0;
    if (set) left = left * kRoots[static_cast<std::size_t>(bit)] >> 32;
  }
  return left >> static_cast<int>(halvings >> kFractionBits);
}

Decay::Decay(Duration memory) : memory_ns_(static_cast<std::uint64_t>(memory.count())) {
  ASSERT(memory > Duration(0) && memory <= kMemoryMax, "a memory has a length");
}

}  // namespace weir::lb
