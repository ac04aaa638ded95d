#include "lb/candidates.hpp"

#include <algorithm>

namespace weir::lb {
namespace {

__extension__ typedef unsigned __int128 Wide;

constexpr std::uint64_t kSlowStartSalt = 0x736C6F7773746172ULL;

}  // namespace

bool Candidates::usable(std::uint32_t index) const noexcept {
  return cluster_.backends[index].eligible.load(std::memory_order_relaxed) &&
         std::ranges::find(input_.tried, index) == input_.tried.end();
}

bool Candidates::takes(std::uint32_t index) const noexcept {
  if (!usable(index)) return false;
  return input_.random.chance({.of_these = ramp(index), .of = kRampOne});
}

bool Candidates::takes_key(std::uint32_t index) const noexcept {
  if (!usable(index)) return false;
  const std::uint64_t lot = mix(input_.hash, kSlowStartSalt + index) % kRampOne;
  return lot < ramp(index) && has_room(index);
}

// Consistent hashing with bounded loads (Mirrokni, Thorup and Zadimoghaddam, 2016): with this
// request included, no backend has more in flight than the bound times its share of all, rounded
// up. Compared without division: in_flight < bound * (all + 1) * weight / weights.
bool Candidates::has_room(std::uint32_t index) const noexcept {
  if (!cluster_.load_bound) return true;
  const Ratio bound = *cluster_.load_bound;
  const std::uint64_t weight = cluster_.backends[index].weight.load(std::memory_order_relaxed);
  const std::uint64_t weights = cluster_.eligible_weight.load(std::memory_order_relaxed);
  const std::uint64_t all = cluster_.in_flight.load(std::memory_order_relaxed) + 1;
  return static_cast<Wide>(in_flight(index)) * (bound.of * weights) <
         static_cast<Wide>(all) * (bound.of_these * weight);
}

std::uint64_t Candidates::ramp(std::uint32_t index) const noexcept {
  return cluster_.backends[index].ramp(input_.now, cluster_.slow_start);
}

std::uint64_t Candidates::weight(std::uint32_t index) const noexcept {
  const std::uint64_t weight = cluster_.backends[index].weight.load(std::memory_order_relaxed);
  return std::max<std::uint64_t>(weight, 1) * ramp(index);
}

Duration Candidates::latency(std::uint32_t index) const noexcept {
  return cluster_.backends[index].latency.at(input_.now, cluster_.decay);
}

std::optional<std::uint32_t> Candidates::draw() const noexcept {
  std::optional<std::uint32_t> drawn;
  std::uint64_t weights = 0;
  for (std::uint32_t index = 0; index < count(); ++index) {
    if (!usable(index)) continue;
    const std::uint64_t mine = weight(index);
    weights += mine;
    if (mine == weights || input_.random.below(weights) < mine) drawn = index;
  }
  return drawn;
}

}  // namespace weir::lb
