#include "sim/check/session_deadlines.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace weir::sim::check {
namespace {

TimePoint last_sign_of_life(const SessionFacts& session, const ConnectionFacts& connection) {
  TimePoint last = session.accepted_at + session.record.connect_time;
  for (const model::Lane* lane : {connection.up, connection.down}) {
    if (lane != nullptr) last = std::max(last, lane->moved_at);
  }
  return last;
}

// All bytes before the end have arrived, so the proxy has passed the end on too.
bool end_was_passed_on(const model::Lane* lane, TimePoint before) {
  return lane != nullptr && lane->ended && lane->ended_at <= before && lane->received == lane->sent;
}

}  // namespace

void SessionDeadlines::judge(const SessionFacts& session, const ConnectionFacts* connection,
                             Duration delay) {
  const Duration slack = bounds_.slack + delay;
  const bool connected = session.record.connect_time > Duration(0);
  const std::uint64_t tries = std::min<std::uint64_t>(
      bounds_.backends, session.record.connects_failed + (connected ? 1 : 0) + 1);
  const Duration connecting = connected ? session.record.connect_time : session.record.duration;
  const Duration allowed = bounds_.connect_timeout * static_cast<std::int64_t>(tries) + slack;
  ++judged_;
  if (connecting > allowed) {
    fail(session.ended_at,
         fmt::format("session {} of worker {} took {} to connect, {} backends with {} each are "
                     "allowed",
                     session.record.number, session.worker, text_of(connecting), tries,
                     text_of(bounds_.connect_timeout)));
  }
  // Of an HTTP client's bytes nobody tells: http-deadlines judges its requests.
  if (!connected || connection == nullptr || connection->up == nullptr) return;

  const TimePoint last = last_sign_of_life(session, *connection);
  if (session.ended_at <= last) return;
  const Duration silence = session.ended_at - last;
  longest_silence_ = std::max(longest_silence_, silence);
  const bool half_closed = end_was_passed_on(connection->up, session.ended_at - slack) ||
                           end_was_passed_on(connection->down, session.ended_at - slack);
  const Duration limit = half_closed ? bounds_.half_close_timeout : bounds_.idle_timeout;
  if (silence <= after(TimePoint(), limit) - TimePoint() + slack) return;
  fail(session.ended_at,
       fmt::format("session {} of worker {} ended ({}) after {} without a byte{}, {} are allowed",
                   session.record.number, session.worker, proxy::to_string(session.record.end),
                   text_of(silence), half_closed ? " and half closed" : "", text_of(limit)));
}

std::string SessionDeadlines::summary() const {
  return fmt::format("{} sessions, none silent for longer than {} at its end",
                     text_of_count(judged_), text_of(longest_silence_));
}

}  // namespace weir::sim::check
