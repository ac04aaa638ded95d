#pragma once
// DrainLosesNothing: a drain lets every open session go on until drain_timeout; nothing that could
// have finished before is cut; nobody is taken in afterwards; and the proxy ends in time.
//
// Its facts: when the drain began, sessions as they end, and at the end of the run each connection
// that ended in an error with its session.

#include <optional>

#include "sim/check/facts.hpp"
#include "sim/check/oracle.hpp"

namespace weir::sim::check {

class DrainLosesNothing final : public Oracle {
 public:
  explicit DrainLosesNothing(const Bounds& bounds)
      : Oracle("drain-loses-nothing"), bounds_(bounds) {}

  void began(TimePoint now, std::uint64_t open_sessions);
  void proxy_was_hurt() noexcept { is_hurt_ = true; }  // it died or stood still: not judged
  void session_ended(const SessionFacts& session);
  void worker_ended(TimePoint now);
  // `session` is null when the proxy never took the connection in.
  void judge(const ConnectionFacts& connection, const SessionFacts* session);

  bool has_begun() const noexcept { return began_at_.has_value(); }
  Duration took() const noexcept { return took_; }
  std::string summary() const override;

 private:
  TimePoint deadline() const noexcept { return after(*began_at_, bounds_.drain_timeout); }

  Bounds bounds_;
  std::optional<TimePoint> began_at_;
  bool is_hurt_ = false;
  bool is_full_ = false;  // a worker may have had no room for who waited
  std::uint64_t finished_ = 0;
  std::uint64_t cut_ = 0;
  Duration took_{0};
};

}  // namespace weir::sim::check
