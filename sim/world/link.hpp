#pragma once
// Link: one direction between two hosts: how long a segment takes, and whether it arrives at all.
//
//   const TimePoint arrival = link.departure(link.clock(now), bytes) + link.options().latency;
//
// A link that is cut stands still: its clock stops at the cut, and heal() moves all that is on it
// by the time it stood, so that what had 1 ms to go has 1 ms to go from the heal on.

#include <cstdint>

#include "base/intrusive_list.hpp"
#include "sim/world/kernel.hpp"
#include "sim/world/network.hpp"

namespace weir::sim::internal {

class Flow;

class Link {
 public:
  Link(Kernel& kernel, std::uint64_t actor) noexcept : kernel_(kernel), actor_(actor) {}
  Link(const Link&) = delete;
  Link& operator=(const Link&) = delete;

  const LinkOptions& options() const noexcept { return options_; }
  void set_options(const LinkOptions& options);

  bool is_cut() const noexcept { return cut_; }
  void cut();
  void heal();

  // `now`, or when the link was cut. Times of what is on the link are times of this clock.
  TimePoint clock(TimePoint now) const noexcept { return cut_ ? cut_at_ : now; }

  // Books the wire for a segment that is ready to go at `from`; returns when its last byte is on
  // the wire.
  TimePoint departure(TimePoint from, std::uint32_t bytes) noexcept;

  // Every flow whose segments travel here, from its connection's beginning to its end.
  void carry(Flow& flow) noexcept;

 private:
  Kernel& kernel_;
  std::uint64_t actor_;
  LinkOptions options_;
  bool cut_ = false;
  TimePoint cut_at_;
  TimePoint busy_until_;
  IntrusiveList<Flow> flows_;
};

}  // namespace weir::sim::internal
