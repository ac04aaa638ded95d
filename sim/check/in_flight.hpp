#pragma once
// InFlight: between a sender and its receiver there is never more than the kernels' buffers and the
// proxy's 64 KiB hold: a slow reader slows its writer.
//
// Its facts: lanes, after each send. The bound is the scenario's (Bounds::in_flight_*).

#include "sim/check/oracle.hpp"
#include "sim/model/lane.hpp"

namespace weir::sim::check {

class InFlight final : public Oracle {
 public:
  InFlight(std::uint64_t up_max, std::uint64_t down_max)
      : Oracle("in-flight"), up_max_(up_max), down_max_(down_max) {}

  void sent(TimePoint now, const model::Lane& lane);

  std::uint64_t bytes_max() const noexcept { return most_; }
  std::string summary() const override;

 private:
  std::uint64_t up_max_;
  std::uint64_t down_max_;
  std::uint64_t most_ = 0;
};

}  // namespace weir::sim::check
