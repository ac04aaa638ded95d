#pragma once
// SessionsEnd: every session that the proxy accepted has ended, was reported once, and is no longer
// counted; and all of them end of themselves, before the proxy is drained, once their clients are
// gone and their deadlines have passed.
//
// Its facts: each session's record, and what is left of each worker at the end.

#include <vector>

#include "sim/check/facts.hpp"
#include "sim/check/oracle.hpp"

namespace weir::sim::check {

class SessionsEnd final : public Oracle {
 public:
  SessionsEnd() : Oracle("sessions-end") {}

  void ended(const SessionFacts& session);
  // When every client is gone, and the longest deadline has passed since.
  void settled(TimePoint now, std::uint64_t open_sessions);
  void worker_ended(TimePoint now, std::size_t worker, const WorkerFacts& facts);

  std::string summary() const override;

 private:
  std::vector<std::vector<bool>> reported_;  // by worker and session number
  std::vector<std::uint64_t> count_;         // by worker
};

}  // namespace weir::sim::check
