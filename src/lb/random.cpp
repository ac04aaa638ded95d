// Random: a slot of the schedule by lot. Needs no state that is shared, and no worker can be in
// step with another; even only in the long run.

#include "base/random.hpp"

#include "lb/candidates.hpp"
#include "lb/policy.hpp"
#include "lb/slot_table.hpp"

namespace weir::lb {
namespace {

class RandomPicker final : public Picker {
 public:
  explicit RandomPicker(const PickerOptions& options) : slots_(schedule_capacity(options)) {}

  std::optional<std::uint32_t> pick(const Candidates& candidates) override {
    Random& random = candidates.input().random;
    return first_taken(
        slots_, [&](std::uint32_t size) { return random.below(size); },
        [&](std::uint32_t owner) { return candidates.takes(owner); });
  }

  void set_shares(std::span<const Share> shares) override {
    slots_.assign(smooth_schedule(shares));
  }

 private:
  SlotTable slots_;
};

}  // namespace

std::unique_ptr<Picker> make_random(const PickerOptions& options) {
  return std::make_unique<RandomPicker>(options);
}

}  // namespace weir::lb
