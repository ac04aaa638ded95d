#pragma once
// Expectations: what a scenario says of its own run, in bounds on counters: "all 200 exchanges
// complete", "the slowest answer within 1.1 s". A rule of one scenario, where the other oracles are
// rules of all.
//
// Its facts: the final counters. A percentage of nothing is not met: an expectation that sees no
// exchange at all proves nothing.

#include <optional>
#include <vector>

#include "sim/check/counters.hpp"
#include "sim/check/oracle.hpp"

namespace weir::sim::check {

struct Bound {
  std::int64_t value = 0;
  bool percent = false;  // of whole_of(counter)
};

struct Expectation {
  Counter counter = Counter::complete;
  std::optional<Bound> min;
  std::optional<Bound> max;
};

class Expectations final : public Oracle {
 public:
  explicit Expectations(std::vector<Expectation> expected)
      : Oracle("expected"), expected_(std::move(expected)) {}

  // The world is not what the scenario says: a host could not listen.
  void not_set_up(TimePoint now, std::string story) { fail(now, std::move(story)); }
  void finish(TimePoint now, const Counters& counters);

  std::string summary() const override;

 private:
  std::vector<Expectation> expected_;
};

}  // namespace weir::sim::check
