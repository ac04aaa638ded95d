#include "sim/world/segment_queue.hpp"

#include <algorithm>

#include "base/assert.hpp"

namespace weir::sim::internal {

void SegmentQueue::push_back(const Segment& segment) {
  if (size_ == capacity_) grow();
  ++size_;
  at(size_ - 1) = segment;
}

void SegmentQueue::pop_front() noexcept {
  ASSERT(size_ > 0, "only what is on its way arrives");
  first_ = (first_ + 1) & (capacity_ - 1);
  if (--size_ == 0) clear();
}

void SegmentQueue::clear() noexcept {
  first_ = 0;
  size_ = 0;
  if (capacity_ <= kKept) return;
  segments_.reset();
  capacity_ = 0;
}

void SegmentQueue::grow() {
  const std::size_t capacity = std::max<std::size_t>(4, capacity_ * 2);
  auto segments = std::make_unique<Segment[]>(capacity);
  for (std::size_t i = 0; i < size_; ++i) segments[i] = at(i);
  segments_ = std::move(segments);
  capacity_ = capacity;
  first_ = 0;
}

}  // namespace weir::sim::internal
