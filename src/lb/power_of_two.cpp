// Power of two choices: of two that are drawn, the one with fewer in flight for its weight.

#include "lb/policy.hpp"
#include "lb/two_choices.hpp"

namespace weir::lb {
namespace {

class PowerOfTwo final : public Picker {
 public:
  explicit PowerOfTwo(const PickerOptions& options) : slots_(schedule_capacity(options)) {}

  std::optional<std::uint32_t> pick(const Candidates& candidates) override {
    return two_choices(slots_, candidates, [&](std::uint32_t one, std::uint32_t other) {
      return candidates.in_flight(one) * candidates.weight(other) <
             candidates.in_flight(other) * candidates.weight(one);
    });
  }

  void set_shares(std::span<const Share> shares) override {
    slots_.assign(smooth_schedule(shares));
  }

 private:
  SlotTable slots_;
};

}  // namespace

std::unique_ptr<Picker> make_power_of_two(const PickerOptions& options) {
  return std::make_unique<PowerOfTwo>(options);
}

}  // namespace weir::lb
