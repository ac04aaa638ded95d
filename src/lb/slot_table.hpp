#pragma once
// SlotTable: slots that each belong to a backend, as many as it has weight; who gets a request
// is a matter of choosing a slot: the next one, a random one, or the one that a hash falls on.
//
//   slots.assign(smooth_schedule(shares));
//   return first_taken(slots, [&](std::uint32_t size) { return random.below(size); }, takes);
//
// Read by all workers while the control plane assigns anew; see picker.hpp for what then holds.

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "lb/picker.hpp"

namespace weir::lb {

// How many slots a pick looks at before it leaves the choice to Candidates::draw.
inline constexpr int kSlotsTriedMax = 64;

class SlotTable {
 public:
  // Holds at most `capacity` slots; at first there is one, of backend 0.
  explicit SlotTable(std::uint32_t capacity);

  void assign(std::span<const std::uint16_t> owners);  // at least one

  std::uint32_t size() const noexcept { return size_.load(std::memory_order_relaxed); }
  std::uint32_t owner(std::uint64_t slot) const noexcept {
    return owners_[slot].load(std::memory_order_relaxed);
  }

 private:
  std::uint32_t capacity_;
  std::unique_ptr<std::atomic<std::uint16_t>[]> owners_;
  std::atomic<std::uint32_t> size_{1};
};

// A slot for each unit of weight (after division by their greatest common divisor), each backend's
// spread as evenly as can be: the order of nginx's smooth weighted round robin. Weights that would
// need more than kScheduleMax slots are rounded until they fit.
inline constexpr std::uint32_t kScheduleMax = 16'384;
std::vector<std::uint16_t> smooth_schedule(std::span<const Share> shares);

// How many slots smooth_schedule() may need.
std::uint32_t schedule_capacity(const PickerOptions& options) noexcept;

// The first owner of the slots that next(size) names of which takes(owner) is true.
template <class Next, class Takes>
std::optional<std::uint32_t> first_taken(const SlotTable& slots, Next next, Takes takes) {
  for (int i = 0; i < kSlotsTriedMax; ++i) {
    const std::uint32_t owner = slots.owner(next(slots.size()));
    if (takes(owner)) return owner;
  }
  return std::nullopt;
}

// The choice of a hash: where it falls, and where its rehashes fall while that one is not taken.
std::optional<std::uint32_t> first_by_hash(const SlotTable& slots, const Candidates& candidates);

}  // namespace weir::lb
