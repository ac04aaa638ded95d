#include "sim/check/in_flight.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace weir::sim::check {

void InFlight::sent(TimePoint now, const model::Lane& lane) {
  if (lane.received > lane.sent) return;  // bytes-exact says that
  const std::uint64_t bytes = lane.sent - lane.received;
  most_ = std::max(most_, bytes);
  const std::uint64_t bound = lane.way == model::Way::up ? up_max_ : down_max_;
  if (bytes <= bound) return;
  fail(now, fmt::format("connection {}, {}: {} bytes are sent and not received, at most {} fit "
                        "into the kernels' buffers and the proxy's 64 KiB",
                        lane.connection & ~model::kServedBit, to_string(lane.way),
                        text_of_count(bytes), text_of_count(bound)));
}

std::string InFlight::summary() const {
  return fmt::format("at most {} bytes a direction; {} up and {} down are allowed",
                     text_of_count(most_), text_of_count(up_max_), text_of_count(down_max_));
}

}  // namespace weir::sim::check
