#pragma once
// HealthMachine: decides from the results of probes whether one backend is up, and when to probe it
// next. Pure: whoever probes brings `now`, the result and the random numbers.
//
//   HealthMachine machine(options, now, random);
//   at machine.next_probe():                     machine.probe_started(now);
//   then, at machine.deadline() at the latest:   if (machine.probe_ended(now, result, random)) ...
//
// - `fall` failures in a row take an up backend down, `rise` passes in a row bring it up again. A
//   backend that is unknown gets no requests, and its first probe decides alone.
// - One probe at a time. From start to start it waits `interval`, or `fast_interval` while a change
//   is in the air, give or take `jitter`; never less than until the probe before has ended. The
//   first one starts within an interval from the beginning: backends are not probed in step.
// - A pass after the deadline is a timeout. So a backend that fails from some time on is down by
//   detection_max() later, whatever the probes run into.
//
// It knows nothing of how to probe, nor of requests: what they say is passive health.

#include <cstdint>
#include <deque>
#include <optional>
#include <string_view>

#include "base/random.hpp"
#include "base/time.hpp"

namespace weir::lb {

enum class Health : std::uint8_t { up, down, unknown };

enum class ProbeResult : std::uint8_t {
  passed,
  refused,
  unreachable,
  timed_out,
  reset,
  wrong_status,
  wrong_body,
  malformed,  // what came is not an answer
  other,
};

std::string_view to_string(Health health) noexcept;
std::string_view to_string(ProbeResult result) noexcept;

struct HealthOptions {
  std::uint32_t rise = 2;  // at least 1
  std::uint32_t fall = 3;  // at least 1
  Health initial = Health::unknown;
  Duration interval = std::chrono::seconds(2);
  Duration fast_interval = std::chrono::milliseconds(500);  // more than nothing, like the others
  Duration timeout = std::chrono::seconds(1);
  Ratio jitter{1, 10};           // of the interval, to either side; at most half of it
  std::size_t history_max = 32;  // probes that are remembered, and as many transitions
};

struct ProbeRecord {
  TimePoint started;
  TimePoint ended;
  ProbeResult result = ProbeResult::other;

  friend bool operator==(const ProbeRecord&, const ProbeRecord&) = default;
};

struct Transition {
  TimePoint at;
  Health from = Health::unknown;
  Health to = Health::unknown;
  ProbeResult because = ProbeResult::other;  // the last of the probes that decided it

  friend bool operator==(const Transition&, const Transition&) = default;
};

class HealthMachine {
 public:
  HealthMachine(const HealthOptions& options, TimePoint now, Random& random);

  Health health() const noexcept { return health_; }

  // When to start the next probe; kNever while one is on its way.
  TimePoint next_probe() const noexcept { return next_probe_; }
  void probe_started(TimePoint now) noexcept;

  // When the probe on its way is given up; kNever while there is none.
  TimePoint deadline() const noexcept { return deadline_; }

  // What changed by it, if anything did. After probe_started().
  std::optional<Transition> probe_ended(TimePoint now, ProbeResult result, Random& random);

  // From the time at which a backend that is up begins to fail every probe until it is down, if
  // probes start and end when this object says.
  Duration detection_max() const noexcept;

  // Oldest first.
  const std::deque<ProbeRecord>& probes() const noexcept { return probes_; }
  const std::deque<Transition>& transitions() const noexcept { return transitions_; }

 private:
  Health health_after(bool passed) noexcept;
  Duration wait(Random& random) const noexcept;
  bool changing() const noexcept { return health_ == Health::unknown || streak_ > 0; }

  HealthOptions options_;
  Health health_;
  std::uint32_t streak_ = 0;  // results in a row that contradict health_; below rise or fall
  TimePoint next_probe_;
  TimePoint started_;
  TimePoint deadline_ = kNever;
  std::deque<ProbeRecord> probes_;
  std::deque<Transition> transitions_;
};

}  // namespace weir::lb
