#pragma once
// HttpDeadlines: no request outlives the proxy's deadline for it, plus what the network and faults
// may delay: it ends, in one way or another, and the connection that carries it moves on.
//
// Its facts: each request's beginning and end. A pipelined request counts from the end of the one
// before it. Requests of clients that are slow themselves are not judged.

#include <vector>

#include "sim/check/http_facts.hpp"
#include "sim/check/oracle.hpp"

namespace weir::sim::check {

class HttpDeadlines final : public Oracle {
 public:
  HttpDeadlines(const HttpBounds& bounds, Duration slack)
      : Oracle("http-deadlines"), timeout_(bounds.request_timeout), slack_(slack) {}

  void ended(TimePoint begun_at, TimePoint ended_at, const std::string& request);
  // At the end of the run, when the delays are known: `delay_before(t)` is what faults cost before
  // t.
  template <class DelayBefore>
  void finish(const DelayBefore& delay_before) {
    for (const Late& late : late_) judge(late, delay_before(late.ended_at));
  }

  std::string summary() const override;

 private:
  struct Late {
    TimePoint ended_at;
    Duration took;
    std::string request;
  };
  void judge(const Late& late, Duration delay);

  const Duration timeout_;
  const Duration slack_;
  Duration longest_{0};
  std::vector<Late> late_;  // without regard to faults
};

}  // namespace weir::sim::check
