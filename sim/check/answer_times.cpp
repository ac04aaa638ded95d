#include "sim/check/answer_times.hpp"

#include <algorithm>
#include <numeric>

namespace weir::sim::check {
namespace {

constexpr std::int64_t kOneSecond = 1'000'000'000;

// `times` is sorted and not empty.
std::int64_t nearest_rank(const std::vector<std::int64_t>& times, std::uint64_t percent) {
  return times[(times.size() * percent + 99) / 100 - 1];
}

std::vector<std::int64_t> sorted(std::vector<std::int64_t> times) {
  std::ranges::sort(times);
  return times;
}

}  // namespace

Duration AnswerTimes::percentile(std::uint64_t percent) const {
  return Duration(nearest_rank(sorted(times_), percent));
}

void AnswerTimes::fill(Counters& counters) const {
  if (times_.empty()) return;
  const std::vector<std::int64_t> times = sorted(times_);
  const std::int64_t sum = std::accumulate(times.begin(), times.end(), std::int64_t{0});
  counters[Counter::answer_time_mean] = sum / static_cast<std::int64_t>(times.size());
  counters[Counter::answer_time_p50] = nearest_rank(times, 50);
  counters[Counter::answer_time_p99] = nearest_rank(times, 99);
  counters[Counter::answer_time_max] = times.back();
  counters[Counter::complete_within_1s] =
      std::ranges::upper_bound(times, kOneSecond) - times.begin();
}

}  // namespace weir::sim::check
