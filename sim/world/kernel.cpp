#include "sim/world/kernel.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/assert.hpp"

namespace weir::sim {
namespace {

thread_local const Kernel* current = nullptr;  // the one that ran last in this thread

std::size_t describe_failure(char* out, std::size_t size) {
  if (current == nullptr) return 0;
  const std::int64_t ns = current->now().time_since_epoch().count();
  const auto written = fmt::format_to_n(out, size, "seed {}, virtual time {}.{:09} s",
                                        current->seed(), ns / 1'000'000'000, ns % 1'000'000'000);
  return std::min(size, written.size);
}

}  // namespace

void Kernel::run_until(TimePoint end) {
  ASSERT(running_ == nullptr, "a program does not run the world that it is part of");
  current = this;
  stopped_ = false;
  for (;;) {
    run_ready();
    const TimePoint next = timers_.next_deadline();
    if (is_over() || next > end || next == kNever) break;
    advance_to(next);
  }
  if (!is_over() && end != kNever) advance_to(end);
}

void Kernel::advance_to(TimePoint time) {
  if (time > now()) events_before_ = events();
  timers_.advance_to(time);
}

bool Kernel::is_over() noexcept {
  if (events() - events_before_ > kEventsPerInstantMax) has_spun_ = true;
  return stopped_ || has_spun_;
}

void Kernel::run_ready() {
  while (!ready_.empty() && !is_over()) {
    task::RunQueue& queue = *ready_.front();
    ready_.pop_front();
    run_turn(queue);
  }
}

// Step by step, because a step may pause or destroy its own queue.
void Kernel::run_turn(task::RunQueue& queue) {
  running_ = &queue;
  turn_over_ = false;
  for (std::size_t step = 0; step < kStepsPerTurn && !turn_over_ && !stopped_; ++step) {
    if (queue.run(1) == 0) break;
    ++steps_;
  }
  running_ = nullptr;
  if (!turn_over_ && !queue.empty()) ready_.push_back(&queue);
}

void Kernel::became_ready(task::RunQueue& queue) {
  if (&queue == running_ && !turn_over_) return;  // run_turn() looks for itself
  if (is_paused(queue)) return;
  ready_.push_back(&queue);
}

void Kernel::set_paused(task::RunQueue& queue, bool paused) {
  if (paused == is_paused(queue)) return;
  if (paused) {
    forget(queue);
    paused_.push_back(&queue);
    return;
  }
  std::erase(paused_, &queue);
  if (&queue == running_) {
    turn_over_ = false;
  } else if (!queue.empty()) {
    ready_.push_back(&queue);
  }
}

void Kernel::forget(task::RunQueue& queue) noexcept {
  std::erase(ready_, &queue);
  std::erase(paused_, &queue);
  if (&queue == running_) turn_over_ = true;
}

bool Kernel::is_paused(const task::RunQueue& queue) const noexcept {
  return std::find(paused_.begin(), paused_.end(), &queue) != paused_.end();
}

Random Kernel::random(std::string_view purpose, std::uint64_t entity) const noexcept {
  return Random(StreamKey{.seed = seed_, .purpose = purpose, .entity = entity});
}

Kernel::Kernel(std::uint64_t seed) : seed_(seed) {
  current = this;
  set_failure_context(&describe_failure);
}

Kernel::~Kernel() {
  if (current == this) current = nullptr;
}

}  // namespace weir::sim
