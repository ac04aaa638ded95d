#include "sim/scenario/divergence.hpp"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "sim/check/oracle.hpp"

namespace weir::sim::scenario {
namespace {

constexpr std::uint64_t kStretch = 2 * Trace::kCheckpointEvery;

// Keeps the events of one stretch.
class Window final : public Trace::Sink {
 public:
  explicit Window(std::uint64_t from) : from_(from) {}

  void on_event(const Event& event) override {
    if (event.number >= from_ && event.number < from_ + kStretch) events_.push_back(event);
  }
  const std::vector<Event>& events() const noexcept { return events_; }

 private:
  std::uint64_t from_;
  std::vector<Event> events_;
};

// The first event after the last checkpoint that both runs agree on.
std::uint64_t where_they_part(const check::Verdict& a, const check::Verdict& b) {
  const auto [end, other] = std::ranges::mismatch(a.checkpoints, b.checkpoints);
  return static_cast<std::uint64_t>(end - a.checkpoints.begin()) * Trace::kCheckpointEvery;
}

}  // namespace

std::optional<Divergence> find_divergence(const Runner& run_once, check::Verdict& first) {
  first = run_once(nullptr);
  const check::Verdict second = run_once(nullptr);
  if (first.hash == second.hash && first.trace_events == second.trace_events) return std::nullopt;
  Divergence divergence;
  divergence.first_event = where_they_part(first, second);
  Window a(divergence.first_event);
  Window b(divergence.first_event);
  run_once(&a);
  run_once(&b);
  const auto [left, right] = std::ranges::mismatch(a.events(), b.events());
  const bool left_ended = left == a.events().end();
  const bool right_ended = right == b.events().end();
  if (left_ended && right_ended) {
    divergence.story = fmt::format(
        "two runs differ after event {}, but two more runs did not: it does not happen every time",
        divergence.first_event);
    return divergence;
  }
  divergence.first_event = left_ended ? right->number : left->number;
  divergence.story = fmt::format("the first event that differs:\n  one run:   {}\n  the other: {}",
                                 left_ended ? "(the run has ended)" : text_of(*left),
                                 right_ended ? "(the run has ended)" : text_of(*right));
  return divergence;
}

std::string text_of(const Event& event) {
  return fmt::format("event {} at {}: {}, actor {}, size {}", event.number,
                     check::text_of(event.at), to_string(event.kind), event.actor, event.size);
}

}  // namespace weir::sim::scenario
