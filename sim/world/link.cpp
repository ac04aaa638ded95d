#include "sim/world/link.hpp"

#include <algorithm>

#include "base/assert.hpp"
#include "sim/world/each_linked.hpp"
#include "sim/world/flow.hpp"

namespace weir::sim::internal {

TimePoint Link::departure(TimePoint from, std::uint32_t bytes) noexcept {
  const TimePoint start = std::max(from, busy_until_);
  if (options_.bytes_per_second == 0) return start;
  constexpr std::uint64_t kSecond = 1'000'000'000;  // times 64 KiB: far from overflow
  const std::uint64_t busy = bytes * kSecond / options_.bytes_per_second;
  busy_until_ = start + Duration(static_cast<std::int64_t>(busy));
  return busy_until_;
}

void Link::cut() {
  if (cut_) return;
  cut_ = true;
  cut_at_ = kernel_.now();
  kernel_.record(EventKind::link_cut, actor_, 0);
  each_linked(flows_, [](Flow& flow) { flow.link_cut(); });
}

void Link::heal() {
  if (!cut_) return;
  cut_ = false;
  const Duration stood_still = kernel_.now() - cut_at_;
  if (busy_until_ > cut_at_) busy_until_ += stood_still;
  kernel_.record(EventKind::link_healed, actor_, 0);
  each_linked(flows_, [stood_still](Flow& flow) { flow.link_healed(stood_still); });
}

void Link::set_options(const LinkOptions& options) {
  ASSERT(options.latency >= Duration(0) && options.jitter >= Duration(0) &&
             options.retransmit_after >= Duration(0),
         "a link does not deliver before it was sent");
  ASSERT(options.loss.of >= 1, "a probability is a fraction of at least one");
  options_ = options;
  const auto latency = static_cast<std::uint64_t>(options.latency.count());
  kernel_.record(EventKind::link_changed, actor_, latency);
}

void Link::carry(Flow& flow) noexcept { flows_.push_back(flow); }

}  // namespace weir::sim::internal
