// IP hash (or of anything else): the slot of the schedule that the hash falls on. A backend that is
// down gives only its own clients away; a changed list moves most of them: for that there are
// ring_hash and maglev.

#include "lb/candidates.hpp"
#include "lb/policy.hpp"
#include "lb/slot_table.hpp"

namespace weir::lb {
namespace {

class IpHashPicker final : public Picker {
 public:
  explicit IpHashPicker(const PickerOptions& options) : slots_(schedule_capacity(options)) {}

  std::optional<std::uint32_t> pick(const Candidates& candidates) override {
    return first_by_hash(slots_, candidates);
  }

  void set_shares(std::span<const Share> shares) override {
    slots_.assign(smooth_schedule(shares));
  }

 private:
  SlotTable slots_;
};

}  // namespace

std::unique_ptr<Picker> make_ip_hash(const PickerOptions& options) {
  return std::make_unique<IpHashPicker>(options);
}

}  // namespace weir::lb
