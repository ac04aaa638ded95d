// Round robin and smooth weighted round robin: the slots of the schedule in turn. A turn whose
// owner may not take it is spent, so that the others keep their shares exactly. The workers share
// the turn and nothing is begun anew when a backend comes or goes.

#include "lb/round_robin.hpp"

#include "lb/candidates.hpp"
#include "lb/policy.hpp"
#include "lb/slot_table.hpp"

namespace weir::lb {
namespace {

class RoundRobinPicker final : public Picker {
 public:
  explicit RoundRobinPicker(const PickerOptions& options) : slots_(schedule_capacity(options)) {}

  std::optional<std::uint32_t> pick(const Candidates& candidates) override {
    return first_taken(
        slots_, [this](std::uint32_t size) { return turn_.next(size); },
        [&](std::uint32_t owner) { return candidates.takes(owner); });
  }

  void set_shares(std::span<const Share> shares) override {
    slots_.assign(smooth_schedule(shares));
  }

 private:
  SlotTable slots_;
  RoundRobin turn_;
};

}  // namespace

std::unique_ptr<Picker> make_round_robin(const PickerOptions& options) {
  return std::make_unique<RoundRobinPicker>(options);
}

}  // namespace weir::lb
