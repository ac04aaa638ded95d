// Least connections: the backend with the fewest requests in flight for its weight. Among equals
// one is drawn by weight: without that the first in the list would get everything while there is
// little to do.

#include "lb/candidates.hpp"
#include "lb/picker.hpp"
#include "lb/policy.hpp"

namespace weir::lb {
namespace {

class LeastConnections final : public Picker {
 public:
  std::optional<std::uint32_t> pick(const Candidates& candidates) override {
    std::optional<std::uint32_t> best;
    std::uint64_t best_load = 0;
    std::uint64_t best_weight = 0;
    std::uint64_t weight_of_equals = 0;
    for (std::uint32_t index = 0; index < candidates.count(); ++index) {
      if (!candidates.usable(index)) continue;
      const std::uint64_t load = candidates.in_flight(index);
      const std::uint64_t weight = candidates.weight(index);
      const bool better = !best || load * best_weight < best_load * weight;
      if (!better && load * best_weight > best_load * weight) continue;
      weight_of_equals = better ? weight : weight_of_equals + weight;
      if (!better && candidates.input().random.below(weight_of_equals) >= weight) continue;
      best = index;
      best_load = load;
      best_weight = weight;
    }
    return best;
  }

  void set_shares(std::span<const Share>) override {}  // asks the candidates for their weights
};

}  // namespace

std::unique_ptr<Picker> make_least_connections(const PickerOptions&) {
  return std::make_unique<LeastConnections>();
}

}  // namespace weir::lb
