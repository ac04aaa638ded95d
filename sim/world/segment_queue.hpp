#pragma once
// SegmentQueue: the segments of one direction of a connection that are on their way, in order of
// arrival. A ring of Segments; no memory until the first one.
//
//   queue.push_back(segment);   while (queue.front().arrival <= now) queue.pop_front();

#include <cstddef>
#include <cstdint>
#include <memory>

#include "base/time.hpp"

namespace weir::sim::internal {

enum class SegmentKind : std::uint8_t { syn, syn_ack, ack, data, rst };

struct Segment {
  TimePoint arrival;
  std::uint32_t bytes = 0;
  SegmentKind kind = SegmentKind::data;
  bool fin = false;  // only of data, which may then be of zero bytes
};

class SegmentQueue {
 public:
  bool empty() const noexcept { return size_ == 0; }
  std::size_t size() const noexcept { return size_; }
  Segment& front() noexcept { return segments_[first_]; }
  const Segment& front() const noexcept { return segments_[first_]; }
  Segment& at(std::size_t index) noexcept { return segments_[(first_ + index) & (capacity_ - 1)]; }

  void push_back(const Segment& segment);
  void pop_front() noexcept;
  void clear() noexcept;

 private:
  static constexpr std::size_t kKept = 8;  // more room than this is freed when it is empty

  void grow();

  std::unique_ptr<Segment[]> segments_;
  std::size_t capacity_ = 0;  // 0 or a power of two
  std::size_t first_ = 0;     // below capacity_
  std::size_t size_ = 0;
};

}  // namespace weir::sim::internal
