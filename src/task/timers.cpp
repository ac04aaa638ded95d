#include "task/timers.hpp"

#include <algorithm>

#include "base/assert.hpp"

namespace weir::task {
namespace {
constexpr std::size_t kArity = 4;
}

void Timers::advance_to(TimePoint now) {
  now_ = std::max(now_, now);
  const std::uint64_t set_later = next_sequence_;
  while (!heap_.empty()) {
    const Entry first = heap_.front();
    if (first.deadline > now_ || first.sequence >= set_later) break;
    remove(0);
    first.timer->timers_ = nullptr;
    ++fired_;
    first.timer->fire();
  }
}

void Timers::set(Timer& timer, TimePoint deadline) {
  timer.cancel();
  if (deadline == kNever) return;
  timer.timers_ = this;
  heap_.emplace_back();
  sift_up(heap_.size() - 1, Entry{std::max(deadline, now_), next_sequence_++, &timer});
}

void Timer::cancel() noexcept {
  if (timers_ == nullptr) return;
  timers_->remove(index_);
  timers_ = nullptr;
}

Timers::~Timers() { ASSERT(heap_.empty(), "no timer outlives its World"); }

void Timers::put(std::size_t index, const Entry& entry) noexcept {
  heap_[index] = entry;
  entry.timer->index_ = index;
}

void Timers::sift_up(std::size_t index, const Entry& entry) noexcept {
  while (index > 0) {
    const std::size_t parent = (index - 1) / kArity;
    if (!entry.before(heap_[parent])) break;
    put(index, heap_[parent]);
    index = parent;
  }
  put(index, entry);
}

void Timers::sift_down(std::size_t index, const Entry& entry) noexcept {
  for (;;) {
    const std::size_t first = index * kArity + 1;
    if (first >= heap_.size()) break;
    const std::size_t last = std::min(first + kArity, heap_.size());
    std::size_t least = first;
    for (std::size_t child = first + 1; child < last; ++child) {
      if (heap_[child].before(heap_[least])) least = child;
    }
    if (!heap_[least].before(entry)) break;
    put(index, heap_[least]);
    index = least;
  }
  put(index, entry);
}

void Timers::remove(std::size_t index) noexcept {
  const Entry moved = heap_.back();
  heap_.pop_back();
  if (index == heap_.size()) return;
  const bool rises = index > 0 && moved.before(heap_[(index - 1) / kArity]);
  if (rises) {
    sift_up(index, moved);
  } else {
    sift_down(index, moved);
  }
}

}  // namespace weir::task
