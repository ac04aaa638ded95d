#pragma once
// AnswerTimes: how long complete exchanges took: mean, most and percentiles, exactly, from a sorted
// list (integers: a percentile is an element of the list, by the nearest-rank rule).
//
//   times.add(now - begun_at);   ...   times.fill(counters);

#include <cstdint>
#include <vector>

#include "base/time.hpp"
#include "sim/check/counters.hpp"

namespace weir::sim::check {

class AnswerTimes {
 public:
  void add(Duration took) { times_.push_back(took.count()); }
  void fill(Counters& counters) const;

  // The smallest that at least `percent` in a hundred do not exceed; 1 to 100, of at least one.
  Duration percentile(std::uint64_t percent) const;

 private:
  std::vector<std::int64_t> times_;
};

}  // namespace weir::sim::check
