#pragma once
// Splice: carries bytes from one Stream to another without bringing them into this process, where
// the streams can do that (splice(2) between two sockets); made by Stream::splice_to().
//
//   const IoResult got = splice->try_fill();       // takes bytes from the source ...
//   while (splice->held() > 0) splice->try_drain();  // ... and gives them to the destination
//
// Like a Stream it never blocks: on would_block, wait for the source to be readable() or for the
// destination to be writable(). It holds at most what a pipe of the kernel does (64 KiB by
// default). Both streams outlive it; what it still holds when it is destroyed is lost.

#include <cstddef>

#include "io/io_result.hpp"

namespace weir::io {

class Splice {
 public:
  virtual ~Splice() = default;

  virtual IoResult try_fill() = 0;   // of the source: ok, would_block, end, reset ...; holds none
  virtual IoResult try_drain() = 0;  // of the destination: ok, would_block, reset ...; holds some
  virtual std::size_t held() const = 0;
};

}  // namespace weir::io
