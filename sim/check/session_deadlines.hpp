#pragma once
// SessionDeadlines: no session outlives its bounds: connecting takes at most connect_timeout for
// each backend, a silent session ends after idle_timeout, and after half_close_timeout once the end
// of one direction was passed on.
//
// Its facts: each session with the connection of its client, at the end of the run. A session's
// last sign of life is the last byte that the models saw move; Bounds::slack covers the way
// between.

#include "sim/check/facts.hpp"
#include "sim/check/oracle.hpp"

namespace weir::sim::check {

class SessionDeadlines final : public Oracle {
 public:
  explicit SessionDeadlines(const Bounds& bounds) : Oracle("session-deadlines"), bounds_(bounds) {}

  // `connection` is null when the session's client is unknown. `delay` is what faults cost, on top
  // of Bounds::slack.
  void judge(const SessionFacts& session, const ConnectionFacts* connection, Duration delay);

  std::string summary() const override;

 private:
  Bounds bounds_;
  std::uint64_t judged_ = 0;
  Duration longest_silence_{0};
};

}  // namespace weir::sim::check
