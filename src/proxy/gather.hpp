#pragma once
// Gather: collects the pieces of one write, so that a head, chunk framing and bodies go out with a
// single system call; what the stream does not take is queued.
//
//   gather.add(head);  gather.add_chunk(data);
//   if (!gather.send(stream, unsent)) ...       // the stream has failed
//
// One for a worker: it is empty whenever a coroutine waits. The pieces are views that stay valid
// until send().

#include <array>
#include <string>

#include "base/assert.hpp"
#include "io/byte_queue.hpp"
#include "io/stream.hpp"

namespace weir::proxy {

class Gather {
 public:
  static constexpr std::size_t kPiecesMax = 16;

  Gather() { framing_.reserve(kFramingBytesMax); }

  // No room for another chunk with its framing, and the end of the body behind it.
  bool full() const noexcept { return count_ + 4 > kPiecesMax; }
  void add(ConstBytes piece) noexcept {
    if (piece.empty()) return;
    ASSERT(count_ < kPiecesMax, "who gathers asks whether there is room");
    pieces_[count_++] = piece;
  }
  void add_chunk(ConstBytes data);  // with the framing around it

  void drop() noexcept {
    count_ = 0;
    framing_.clear();
  }

  // Writes all, behind what is queued. False: the stream has failed and the pieces are lost.
  bool send(io::Stream& to, io::ByteQueue& unsent);

 private:
  static constexpr std::size_t kFramingBytesMax = 32 * kPiecesMax;
  static constexpr std::size_t kJoinBytesMax = 2048;

  void join();

  std::array<ConstBytes, kPiecesMax> pieces_;
  std::size_t count_ = 0;
  std::string joined_;
  std::string framing_;  // the chunks' heads; never grows, so that views stay valid
};

// What the peer's host has not acknowledged yet of what it is sent: queued here, in our kernel, or
// on its way (Stream::unacknowledged).
//
//   backlog.begin(stream, unsent);           // the stream takes no more for now
//   if (backlog.shrank(stream, unsent)) ...  // time is up, but the peer has taken some since
class Backlog {
 public:
  void begin(const io::Stream& to, const io::ByteQueue& unsent) {
    bytes_ = unsent.size() + to.unacknowledged();
  }
  // Since it began, or was asked before.
  bool shrank(const io::Stream& to, const io::ByteQueue& unsent) {
    const std::size_t before = bytes_;
    begin(to, unsent);
    return bytes_ < before;
  }
  std::size_t bytes() const noexcept { return bytes_; }

 private:
  std::size_t bytes_ = 0;
};

// Writes what is queued. False: the stream has failed.
bool flush(io::Stream& to, io::ByteQueue& unsent);

}  // namespace weir::proxy
