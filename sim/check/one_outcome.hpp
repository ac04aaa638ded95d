#pragma once
// OneOutcome: every exchange that a client begins has exactly one outcome; the exchanges of a
// connection follow each other.
//
// Its facts: begun and ended, for each exchange of each connection.

#include <vector>

#include "sim/check/oracle.hpp"
#include "sim/model/witness.hpp"

namespace weir::sim::check {

class OneOutcome final : public Oracle {
 public:
  OneOutcome() : Oracle("one-outcome") {}

  void begun(TimePoint now, std::uint64_t connection, std::uint32_t request);
  void ended(TimePoint now, std::uint64_t connection, std::uint32_t request,
             model::Outcome outcome);
  void not_in_time(TimePoint now) { fail(now, "not all clients were done at time_max"); }
  void finish(TimePoint now);

  std::string summary() const override;

 private:
  struct Counts {
    std::uint32_t begun = 0;
    std::uint32_t ended = 0;
  };
  Counts& of(std::uint64_t connection);

  std::vector<Counts> connections_;
  std::uint64_t exchanges_ = 0;
};

}  // namespace weir::sim::check
