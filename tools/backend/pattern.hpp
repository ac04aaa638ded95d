#pragma once
// The body of /bytes/N: any number of bytes out of one static block, as they are or in chunks.
//
//   PatternBody body(length, Framing::chunked);
//   const std::size_t count = body.gather(pieces);       // at most pieces.size() views
//   body.advance(stream.try_write(pieces.first(count)).bytes);
//
// The byte at offset i of a body is pattern_byte(i): lines of 61 bytes. 61 is prime, so that bytes
// lost or repeated in the sizes of segments, pages or buffers shift the pattern and are noticed.

#include <array>
#include <cstdint>
#include <span>

#include "base/bytes.hpp"

namespace weir::backend {

enum class Framing : std::uint8_t { identity, chunked };

inline constexpr std::size_t kPatternPeriod = 61;

std::byte pattern_byte(std::uint64_t offset) noexcept;

class PatternBody {
 public:
  static constexpr std::uint64_t kPieceBytes = 64 * 1024;  // of data; also the size of a chunk

  PatternBody(std::uint64_t length, Framing framing);

  bool done() const noexcept { return index_ == piece_count_; }

  // Views of what comes next on the wire, in order; valid as long as this object. Returns how many
  // of `pieces` it set.
  std::size_t gather(std::span<ConstBytes> pieces) const;

  void advance(std::size_t bytes);  // that many of the bytes that gather() shows were sent

 private:
  // The wire is a row of pieces: data, data, ... or head of chunk, data, head of chunk, ..., end.
  ConstBytes piece(std::uint64_t index) const;
  ConstBytes data(std::uint64_t number) const;

  std::uint64_t length_;
  Framing framing_;
  std::uint64_t data_count_;           // pieces of data
  std::uint64_t piece_count_;          // pieces in all
  std::uint64_t index_ = 0;            // the piece at hand,
  std::size_t sent_ = 0;               // and how much of it was sent
  std::array<char, 16> last_chunk_{};  // the head of the last chunk, when that is a short one
  std::size_t last_chunk_size_ = 0;
};

}  // namespace weir::backend
