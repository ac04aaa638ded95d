#include "sim/check/sessions_end.hpp"

#include <numeric>

#include <fmt/format.h>

namespace weir::sim::check {

void SessionsEnd::ended(const SessionFacts& session) {
  if (reported_.size() <= session.worker) {
    reported_.resize(session.worker + 1);
    count_.resize(session.worker + 1);
  }
  std::vector<bool>& seen = reported_[session.worker];
  const std::uint64_t number = session.record.number;
  if (seen.size() <= number) seen.resize(number + 1);
  if (seen[number]) {
    fail(session.ended_at,
         fmt::format("worker {} reports the end of session {} again", session.worker, number));
  }
  seen[number] = true;
  ++count_[session.worker];
}

void SessionsEnd::settled(TimePoint now, std::uint64_t open_sessions) {
  if (open_sessions == 0) return;
  fail(now, fmt::format("{} sessions are still open, though all clients are gone and every "
                        "deadline has passed",
                        open_sessions));
}

void SessionsEnd::worker_ended(TimePoint now, std::size_t worker, const WorkerFacts& facts) {
  const std::uint64_t reported = worker < count_.size() ? count_[worker] : 0;
  if (facts.died) {
    // its sessions died with it; that they were reported is checked below
  } else if (!facts.ended) {
    fail(now, fmt::format("worker {} has not ended after its drain deadline", worker));
  } else if (facts.open_sessions != 0) {
    fail(now, fmt::format("worker {} still counts {} open sessions at its end", worker,
                          facts.open_sessions));
  }
  if (facts.tells_sessions && reported != facts.accepted) {
    fail(now, fmt::format("worker {} accepted {} connections, but {} sessions ended", worker,
                          facts.accepted, reported));
  }
}

std::string SessionsEnd::summary() const {
  const std::uint64_t sessions = std::accumulate(count_.begin(), count_.end(), std::uint64_t{0});
  return fmt::format("{} sessions, all ended, none counted any more", text_of_count(sessions));
}

}  // namespace weir::sim::check
