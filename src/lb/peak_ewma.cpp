// Peak EWMA: of two that are drawn, the one that is likely to answer sooner: its latency times the
// requests that it would then have in flight, for its weight. Two choices rather than a look at
// all: the estimate lags by a latency, and all workers would meet at the one that looked best.

#include "lb/policy.hpp"
#include "lb/two_choices.hpp"

namespace weir::lb {
namespace {

__extension__ typedef unsigned __int128 Wide;

// What a backend is taken for that has a request in flight and never answered one: an unknown one
// is asked at once, but once.
constexpr Duration kUnknown = std::chrono::seconds(1);

class PeakEwma final : public Picker {
 public:
  explicit PeakEwma(const PickerOptions& options) : slots_(schedule_capacity(options)) {}

  std::optional<std::uint32_t> pick(const Candidates& candidates) override {
    return two_choices(slots_, candidates, [&](std::uint32_t one, std::uint32_t other) {
      return cost(candidates, one) * candidates.weight(other) <
             cost(candidates, other) * candidates.weight(one);
    });
  }

  void set_shares(std::span<const Share> shares) override {
    slots_.assign(smooth_schedule(shares));
  }

 private:
  static Wide cost(const Candidates& candidates, std::uint32_t index) {
    const std::uint64_t in_flight = candidates.in_flight(index);
    Duration latency = candidates.latency(index);
    if (latency == Duration(0) && in_flight > 0) latency = kUnknown;
    return static_cast<Wide>(latency.count()) * (in_flight + 1);
  }

  SlotTable slots_;
};

}  // namespace

std::unique_ptr<Picker> make_peak_ewma(const PickerOptions& options) {
  return std::make_unique<PeakEwma>(options);
}

}  // namespace weir::lb
