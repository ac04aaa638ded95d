#include "io/byte_queue.hpp"

#include <algorithm>
#include <array>
#include <cstring>

#include "base/assert.hpp"

namespace weir::io {

void ByteQueue::push(ConstBytes bytes) {
  while (!bytes.empty()) {
    const std::size_t used = first_ + size_;
    if (used == blocks_.size() * BufferPool::kBlockBytes) blocks_.push_back(pool_.borrow());
    const std::size_t at = used % BufferPool::kBlockBytes;
    const std::size_t step = std::min(bytes.size(), BufferPool::kBlockBytes - at);
    std::memcpy(blocks_.back()->bytes.data() + at, bytes.data(), step);
    bytes = bytes.subspan(step);
    size_ += step;
  }
}

IoResult ByteQueue::try_write_to(Stream& stream) {
  ASSERT(!empty(), "only a queue that holds something is written");
  std::array<ConstBytes, kPiecesMax> pieces;
  std::size_t count = 0;
  std::size_t begin = first_;
  std::size_t left = size_;
  for (const auto& block : blocks_) {
    if (left == 0 || count == kPiecesMax) break;
    const std::size_t length = std::min(left, BufferPool::kBlockBytes - begin);
    pieces[count++] = ConstBytes(block->bytes.data() + begin, length);
    left -= length;
    begin = 0;
  }
  const IoResult sent = stream.try_write(std::span(pieces.data(), count));
  drop(sent.bytes);
  return sent;
}

void ByteQueue::drop(std::size_t bytes) {
  ASSERT(bytes <= size_, "only what is queued is dropped");
  size_ -= bytes;
  if (size_ == 0) return clear();
  first_ += bytes;
  while (first_ >= BufferPool::kBlockBytes) {
    pool_.give_back(std::move(blocks_.front()));
    blocks_.erase(blocks_.begin());
    first_ -= BufferPool::kBlockBytes;
  }
}

void ByteQueue::clear() {
  for (auto& block : blocks_) pool_.give_back(std::move(block));
  blocks_.clear();
  first_ = 0;
  size_ = 0;
}

}  // namespace weir::io
