#include "lb/slot_table.hpp"

#include <algorithm>
#include <numeric>

#include "base/assert.hpp"
#include "lb/candidates.hpp"

namespace weir::lb {
namespace {

// Weights as small numbers of about the same ratios, whose sum is at most kScheduleMax.
std::vector<std::uint64_t> small_weights(std::span<const Share> shares) {
  std::uint64_t divisor = 0;
  std::uint64_t sum = 0;
  for (const Share& share : shares) {
    divisor = std::gcd(divisor, std::uint64_t{share.weight});
    sum += share.weight;
  }
  std::vector<std::uint64_t> weights;
  const bool fits = divisor > 0 && sum / divisor <= kScheduleMax;
  const std::uint64_t room = kScheduleMax - shares.size();  // each is rounded up by less than one
  for (const Share& share : shares) {
    weights.push_back(share.weight == 0 ? 0
                      : fits            ? share.weight / divisor
                                        : (share.weight * room + sum - 1) / sum);
  }
  return weights;
}

}  // namespace

std::vector<std::uint16_t> smooth_schedule(std::span<const Share> shares) {
  const std::vector<std::uint64_t> weights = small_weights(shares);
  const auto sum =
      static_cast<std::int64_t>(std::accumulate(weights.begin(), weights.end(), std::uint64_t{0}));
  std::vector<std::int64_t> credit(shares.size(), 0);
  std::vector<std::uint16_t> owners;
  for (std::int64_t slot = 0; slot < sum; ++slot) {
    for (std::size_t i = 0; i < weights.size(); ++i) {
      credit[i] += static_cast<std::int64_t>(weights[i]);
    }
    const auto richest = std::ranges::max_element(credit);  // the first of equals
    *richest -= sum;
    owners.push_back(static_cast<std::uint16_t>(richest - credit.begin()));
  }
  if (owners.empty()) owners.push_back(0);  // all weights are 0: nobody is eligible
  return owners;
}

std::uint32_t schedule_capacity(const PickerOptions& options) noexcept {
  return options.weighted ? kScheduleMax : options.backends;
}

std::optional<std::uint32_t> first_by_hash(const SlotTable& slots, const Candidates& candidates) {
  std::uint64_t hash = candidates.input().hash;
  const auto next = [&hash, tries = 0](std::uint32_t size) mutable {
    if (tries++ > 0) hash = mix(hash, 1);
    return hash % size;
  };
  return first_taken(slots, next, [&](std::uint32_t owner) { return candidates.takes_key(owner); });
}

void SlotTable::assign(std::span<const std::uint16_t> owners) {
  ASSERT(!owners.empty() && owners.size() <= capacity_, "a table has room for its slots");
  for (std::size_t i = 0; i < owners.size(); ++i) {
    owners_[i].store(owners[i], std::memory_order_relaxed);
  }
  size_.store(static_cast<std::uint32_t>(owners.size()), std::memory_order_relaxed);
}

SlotTable::SlotTable(std::uint32_t capacity)
    : capacity_(capacity), owners_(std::make_unique<std::atomic<std::uint16_t>[]>(capacity)) {
  ASSERT(capacity > 0, "a table has a slot");
}

}  // namespace weir::lb
