#include "sim/world/byte_ring.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

#include "base/assert.hpp"

namespace weir::sim::internal {
namespace {
constexpr std::size_t kSmallest = 128;
}

void ByteRing::append(ConstBytes bytes) {
  if (bytes.empty()) return;
  if (size_ + bytes.size() > capacity_) grow(size_ + bytes.size());
  const std::size_t at = (first_ + size_) & (capacity_ - 1);
  const std::size_t before_end = std::min(bytes.size(), capacity_ - at);
  std::memcpy(bytes_.get() + at, bytes.data(), before_end);
  if (before_end < bytes.size()) {
    std::memcpy(bytes_.get(), bytes.data() + before_end, bytes.size() - before_end);
  }
  size_ += bytes.size();
}

void ByteRing::take(MutableBytes into) noexcept {
  ASSERT(into.size() <= size_, "only what is in the ring is taken out");
  copy_out(into.data(), into.size());
  drop_front(into.size());
}

void ByteRing::drop_front(std::size_t bytes) noexcept {
  ASSERT(bytes <= size_, "only what is in the ring is dropped");
  size_ -= bytes;
  if (size_ == 0) return emptied();
  first_ = (first_ + bytes) & (capacity_ - 1);
}

void ByteRing::drop_back(std::size_t bytes) noexcept {
  ASSERT(bytes <= size_, "only what is in the ring is dropped");
  size_ -= bytes;
  if (size_ == 0) emptied();
}

void ByteRing::emptied() noexcept {
  first_ = 0;
  if (capacity_ <= kKeptBytes) return;
  bytes_.reset();
  capacity_ = 0;
}

void ByteRing::grow(std::size_t size) {
  const std::size_t capacity = std::max(kSmallest, std::bit_ceil(size));
  auto bytes = std::make_unique_for_overwrite<std::byte[]>(capacity);
  copy_out(bytes.get(), size_);
  bytes_ = std::move(bytes);
  capacity_ = capacity;
  first_ = 0;
}

void ByteRing::copy_out(std::byte* to, std::size_t bytes) const noexcept {
  if (bytes == 0) return;
  const std::size_t before_end = std::min(bytes, capacity_ - first_);
  std::memcpy(to, bytes_.get() + first_, before_end);
  if (before_end < bytes) std::memcpy(to + before_end, bytes_.get(), bytes - before_end);
}

}  // namespace weir::sim::internal
