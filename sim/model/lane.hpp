#pragma once
// Lane: the facts about one direction of one connection, end to end: from the client through the
// proxy to a backend, or back. Its sender opens it, its receiver claims it when the first header
// names it; both report to the Witness what they sent and received.
//
// Invariants, which the oracles hold the proxy to: received <= sent; a lane is claimed once; an
// end is read only where the sender ended.

#include <cstdint>

#include "base/time.hpp"
#include "sim/model/payload.hpp"

namespace weir::sim::model {

// Numbers of lanes that a backend opened unasked (Protocol::source) have this bit.
inline constexpr std::uint64_t kServedBit = std::uint64_t{1} << 40;

struct Lane {
  std::uint64_t connection = 0;  // the client's connection, or a served number
  Way way = Way::up;
  std::uint32_t host = 0;      // the sender's
  std::uint64_t sent = 0;      // bytes that the sender's kernel took
  std::uint64_t received = 0;  // bytes that the receiver read
  TimePoint moved_at{};        // last time that any of these changed
  TimePoint ended_at{};
  bool ended = false;     // the sender shut down or closed its side, all bytes before it
  bool broken = false;    // the sender reset the connection, or was told that it is gone
  bool lost = false;      // the sender's machine lost power: it can no longer end
  bool excused = false;   // the proxy died: its kernel may have ended anything anywhere
  bool claimed = false;   // the receiver knows which lane it reads
  bool end_read = false;  // the receiver has read the end
};

}  // namespace weir::sim::model
