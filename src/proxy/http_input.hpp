#pragma once
// HttpInput: the bytes of one connection that were read and not yet consumed.
//
//   const io::IoResult got = input.fill(stream, buffers);   // reads behind what is there
//   ... input.bytes() ...   input.consume(n);
//   input.keep();           // before any wait, and before anything else reads
//
// Fresh bytes lie in the worker's scratch buffer and are copied only by keep(), when something is
// left: usually nothing is. What is kept is contiguous, and bounded by kInputBytesMax; an empty
// input holds no memory.

#include <vector>

#include "base/bytes.hpp"
#include "io/buffer_pool.hpp"
#include "io/stream.hpp"

namespace weir::proxy {

class HttpInput {
 public:
  // Room for the largest head that limits may allow, and a read behind it.
  static constexpr std::size_t kInputBytesMax = 512 * 1024;

  ConstBytes bytes() const noexcept { return bytes_; }
  bool empty() const noexcept { return bytes_.empty(); }
  void consume(std::size_t bytes) noexcept { bytes_ = bytes_.subspan(bytes); }

  // One read. `would_block` also when kInputBytesMax are there already.
  io::IoResult fill(io::Stream& stream, io::BufferPool& buffers);

  void keep();

 private:
  static constexpr std::size_t kReadBytes = 16 * 1024;  // at a time, behind bytes that are kept

  std::vector<std::byte> kept_;
  ConstBytes bytes_;  // in kept_, or in the scratch buffer
};

}  // namespace weir::proxy
