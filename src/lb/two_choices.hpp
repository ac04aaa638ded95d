#pragma once
// two_choices: draws two different backends by weight and takes the better one.
//
//   return two_choices(slots, candidates, [&](std::uint32_t a, std::uint32_t b) { ... });
//
// Nearly as good as asking all (the longest queue grows as log log n), and what it knows may be
// stale: with many workers, "the best of all" is where they all go at once.
// Source: Mitzenmacher, "The power of two choices in randomized load balancing", 2001.

#include "lb/candidates.hpp"
#include "lb/slot_table.hpp"

namespace weir::lb {

// better(second, first): is the second really better? Equals leave it to the draw, so that
// the shares follow the weights while there is nothing to compare.
template <class Better>
std::optional<std::uint32_t> two_choices(const SlotTable& slots, const Candidates& candidates,
                                         Better better) {
  const auto any_slot = [&](std::uint32_t size) { return candidates.input().random.below(size); };
  const auto first =
      first_taken(slots, any_slot, [&](std::uint32_t owner) { return candidates.takes(owner); });
  if (!first || candidates.eligible_count() < 2) return first;
  const auto second = first_taken(slots, any_slot, [&](std::uint32_t owner) {
    return owner != *first && candidates.takes(owner);
  });
  return second && better(*second, *first) ? second : first;
}

}  // namespace weir::lb
