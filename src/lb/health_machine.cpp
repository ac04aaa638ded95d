#include "lb/health_machine.hpp"

#include <algorithm>
#include <array>

#include "base/assert.hpp"

namespace weir::lb {
namespace {

// A jitter's width; without overflow for durations up to days and any ratio of 32-bit numbers.
Duration part(Duration whole, Ratio ratio) noexcept {
  const auto of = static_cast<std::int64_t>(ratio.of);
  const auto these = static_cast<std::int64_t>(ratio.of_these);
  return whole / of * these + whole % of * these / of;
}

constexpr std::array kHealthNames = {"up", "down", "unknown"};
constexpr std::array kResultNames = {"passed",     "refused",   "unreachable",
                                     "timed out",  "reset",     "wrong status",
                                     "wrong body", "malformed", "other"};

template <class T>
void remember(std::deque<T>& history, const T& entry, std::size_t max) {
  if (history.size() == max) history.pop_front();
  history.push_back(entry);
}

}  // namespace

void HealthMachine::probe_started(TimePoint now) noexcept {
  ASSERT(deadline_ == kNever, "one probe at a time");
  started_ = now;
  deadline_ = after(now, options_.timeout);
  next_probe_ = kNever;
}

std::optional<Transition> HealthMachine::probe_ended(TimePoint now, ProbeResult result,
                                                     Random& random) {
  ASSERT(deadline_ != kNever, "a probe that ends has started");
  if (now > deadline_ && result == ProbeResult::passed) result = ProbeResult::timed_out;
  deadline_ = kNever;
  remember(probes_, {.started = started_, .ended = now, .result = result}, options_.history_max);
  const Health before = health_;
  health_ = health_after(result == ProbeResult::passed);
  next_probe_ = std::max(now, after(started_, wait(random)));
  if (health_ == before) return std::nullopt;
  const Transition change{.at = now, .from = before, .to = health_, .because = result};
  remember(transitions_, change, options_.history_max);
  return change;
}

Health HealthMachine::health_after(bool passed) noexcept {
  const Health told = passed ? Health::up : Health::down;
  if (told == health_) {
    streak_ = 0;
    return health_;
  }
  const std::uint32_t needed = health_ == Health::unknown ? 1
                               : passed                   ? options_.rise
                                                          : options_.fall;
  if (++streak_ < needed) return health_;
  streak_ = 0;
  return told;
}

Duration HealthMachine::wait(Random& random) const noexcept {
  const Duration middle = changing() ? options_.fast_interval : options_.interval;
  const Duration jitter = part(middle, options_.jitter);
  return random.between(middle - jitter, middle + jitter);
}

// The failure may begin just after a probe was answered (its bytes were on their way: a timeout
// before that); then one interval and `fall` probes follow, each as late as it can be.
Duration HealthMachine::detection_max() const noexcept {
  const Duration slow = options_.interval + part(options_.interval, options_.jitter);
  const Duration fast = options_.fast_interval + part(options_.fast_interval, options_.jitter);
  return std::max(slow, options_.timeout) + (options_.fall - 1) * std::max(fast, options_.timeout) +
         options_.timeout;
}

HealthMachine::HealthMachine(const HealthOptions& options, TimePoint now, Random& random)
    : options_(options), health_(options.initial) {
  ASSERT(options.rise > 0 && options.fall > 0, "it takes a probe to decide");
  ASSERT(options.interval > Duration(0) && options.fast_interval > Duration(0) &&
             options.timeout > Duration(0),
         "probing takes time");
  ASSERT(options.jitter.of_these * 2 <= options.jitter.of,
         "a jitter leaves half of the interval: probes do not follow each other at once");
  ASSERT(options.history_max > 0, "the last probe is remembered");
  const Duration interval = changing() ? options.fast_interval : options.interval;
  const Duration wait_first = random.between(Duration(0), interval);
  next_probe_ = after(now, wait_first);
}

std::string_view to_string(Health health) noexcept {
  return kHealthNames[static_cast<std::size_t>(health)];
}

std::string_view to_string(ProbeResult result) noexcept {
  return kResultNames[static_cast<std::size_t>(result)];
}

}  // namespace weir::lb
