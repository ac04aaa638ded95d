#include "sim/check/drain_loses_nothing.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace weir::sim::check {
namespace {

// Between the deadline and the last session's end there is one turn, no time; kept small.
constexpr Duration kEndSlack = std::chrono::milliseconds(10);

}  // namespace

void DrainLosesNothing::began(TimePoint now, std::uint64_t open_sessions) {
  if (began_at_) return;
  began_at_ = now;
  is_full_ = open_sessions >= bounds_.connections_max;
}

void DrainLosesNothing::session_ended(const SessionFacts& session) {
  if (!began_at_ || is_hurt_) return;
  if (session.accepted_at > *began_at_) {
    fail(session.ended_at, fmt::format("session {} of worker {} was accepted {} after the drain "
                                       "began",
                                       session.record.number, session.worker,
                                       text_of(session.accepted_at - *began_at_)));
  }
  if (session.record.end != proxy::SessionEnd::cancelled) {
    ++finished_;
    return;
  }
  ++cut_;
  if (session.ended_at >= deadline()) return;
  fail(session.ended_at,
       fmt::format("session {} of worker {} was cut {} after the drain began, "
                   "{} are allowed",
                   session.record.number, session.worker, text_of(session.ended_at - *began_at_),
                   text_of(bounds_.drain_timeout)));
}

void DrainLosesNothing::worker_ended(TimePoint now) {
  if (!began_at_ || is_hurt_) return;
  took_ = std::max(took_, now - *began_at_);
  if (now <= after(deadline(), kEndSlack)) return;
  fail(now, fmt::format("a worker ended {} after the drain began, {} are allowed",
                        text_of(now - *began_at_), text_of(bounds_.drain_timeout)));
}

// Sessions that were cut have been judged when they ended; this is about connections that never
// became one. Who was still in its handshake when the drain began is reset by any kernel, and so is
// who waits where there is no room.
void DrainLosesNothing::judge(const ConnectionFacts& connection, const SessionFacts* session) {
  if (!began_at_ || is_hurt_ || is_full_ || !connection.error_at || session != nullptr) return;
  if (!connection.connected_at) return;
  if (after(*connection.connected_at, bounds_.network_delay) > *began_at_) return;
  if (connection.error == model::Outcome::quit || connection.error == model::Outcome::abandoned) {
    return;
  }
  fail(*connection.error_at, "a connection that was made before the drain was never taken in");
}

std::string DrainLosesNothing::summary() const {
  if (!began_at_) return "no drain";
  if (is_hurt_) return "not judged: the proxy died or stood still";
  return fmt::format("{} sessions ended by themselves within {}, {} were cut at the deadline",
                     text_of_count(finished_), text_of(took_), text_of_count(cut_));
}

}  // namespace weir::sim::check
