#pragma once
// ByteQueue: bytes that wait to be written, first in, first out, in blocks borrowed from the
// worker's pool. An empty queue holds no block.
//
//   queue.push(rest);                         // copies
//   const IoResult sent = queue.try_write_to(stream);   // gathers, drops what was taken
//
// The owner bounds it: check size() before pushing.

#include <cstddef>
#include <memory>
#include <vector>

#include "base/bytes.hpp"
#include "io/buffer_pool.hpp"
#include "io/stream.hpp"

namespace weir::io {

class ByteQueue {
 public:
  explicit ByteQueue(BufferPool& pool) : pool_(pool) {}
  ~ByteQueue() { clear(); }
  ByteQueue(const ByteQueue&) = delete;
  ByteQueue& operator=(const ByteQueue&) = delete;

  void push(ConstBytes bytes);
  void drop(std::size_t bytes);  // from the front; at most size()
  void clear();

  std::size_t size() const noexcept { return size_; }
  bool empty() const noexcept { return size_ == 0; }

  // One gathering write of what is queued; the queue is not empty.
  IoResult try_write_to(Stream& stream);

 private:
  static constexpr std::size_t kPiecesMax = 8;  // of one gathering write

  BufferPool& pool_;
  std::vector<std::unique_ptr<BufferPool::Block>> blocks_;  // a handful: erasing the first is cheap
  std::size_t first_ = 0;  // where in the first block the bytes begin
  std::size_t size_ = 0;
};

}  // namespace weir::io
