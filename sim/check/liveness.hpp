#pragma once
// Liveness: some time after the last fault is over, new exchanges complete: at least 99 in 100.
//
// Its facts: when the plan is over for good (nothing for a plan that leaves something broken, or
// drains the proxy), and each exchange with its beginning and outcome.

#include <optional>

#include "sim/check/oracle.hpp"
#include "sim/model/witness.hpp"

namespace weir::sim::check {

class Liveness final : public Oracle {
 public:
  // Exchanges that begin at `judged_from` or later count.
  explicit Liveness(std::optional<TimePoint> judged_from)
      : Oracle("liveness"), judged_from_(judged_from) {}

  void exchange_ended(TimePoint now, TimePoint begun_at, model::Outcome outcome);
  void finish(TimePoint now);

  std::string summary() const override;

 private:
  std::optional<TimePoint> judged_from_;
  std::uint64_t exchanges_ = 0;
  std::uint64_t complete_ = 0;
  TimePoint first_failure_{};
  model::Outcome first_outcome_ = model::Outcome::complete;
};

}  // namespace weir::sim::check
