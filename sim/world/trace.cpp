#include "sim/world/trace.hpp"

#include <bit>

#include "base/random.hpp"

namespace weir::sim {

void Trace::record(TimePoint at, EventKind kind, std::uint64_t actor, std::uint64_t size) noexcept {
  const auto time = static_cast<std::uint64_t>(at.time_since_epoch().count());
  const std::uint64_t when = mix(time, static_cast<std::uint64_t>(kind));
  const std::uint64_t what = mix(actor, size);
  hash_ = mix(hash_, when ^ std::rotl(what, 21));  // chained: the order counts
  if (sink_ != nullptr) [[unlikely]] {
    sink_->on_event(Event{at, events_, kind, actor, size});
  }
  ++events_;
  if (events_ % kCheckpointEvery == 0 && checkpoints_.size() < kCheckpointsMax) {
    checkpoints_.push_back(hash_);
  }
}

const char* to_string(EventKind kind) noexcept {
  switch (kind) {
    case EventKind::syn: return "syn";
    case EventKind::syn_dropped: return "syn_dropped";
    case EventKind::accepted: return "accepted";
    case EventKind::connected: return "connected";
    case EventKind::refused: return "refused";
    case EventKind::data: return "data";
    case EventKind::window: return "window";
    case EventKind::fin: return "fin";
    case EventKind::rst: return "rst";
    case EventKind::gave_up: return "gave_up";
    case EventKind::started: return "started";
    case EventKind::crashed: return "crashed";
    case EventKind::powered_off: return "powered_off";
    case EventKind::powered_on: return "powered_on";
    case EventKind::paused: return "paused";
    case EventKind::resumed: return "resumed";
    case EventKind::link_cut: return "link_cut";
    case EventKind::link_healed: return "link_healed";
    case EventKind::link_changed: return "link_changed";
    case EventKind::request_sent: return "request_sent";
    case EventKind::request_done: return "request_done";
    case EventKind::request_failed: return "request_failed";
    case EventKind::session_ended: return "session_ended";
    case EventKind::note: return "note";
  }
  return "unknown";
}

}  // namespace weir::sim
