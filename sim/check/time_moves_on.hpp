#pragma once
// TimeMovesOn: no program runs for ever at one instant: who has nothing to do waits, instead of
// asking again and again.
//
// Its fact: that the kernel gave up a program that spun (Kernel::kEventsPerInstantMax). What the
// other oracles say of such a run is of little worth: it ended in the middle.

#include "sim/check/oracle.hpp"

namespace weir::sim::check {

class TimeMovesOn final : public Oracle {
 public:
  TimeMovesOn() : Oracle("time-moves-on") {}

  void stood_still(TimePoint now);

  std::string summary() const override { return "no program ran for ever at one instant"; }
};

}  // namespace weir::sim::check
