#include "backend/pattern.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/assert.hpp"

namespace weir::backend {
namespace {

constexpr std::string_view kLine = "weir 0123456789 abcdefghijklmnopqrstuvwxyz ABCDEFGHIJKLMNOPQ\n";
static_assert(kLine.size() == kPatternPeriod);

// Long enough for a whole piece that begins anywhere in a line.
constexpr std::size_t kLines = PatternBody::kPieceBytes / kPatternPeriod + 2;

using Block = std::array<std::byte, kLines * kPatternPeriod>;

const Block& block() {
  static const Block filled = [] {
    Block bytes;
    for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = pattern_byte(i);
    return bytes;
  }();
  return filled;
}

// A chunk's head together with the line end of the chunk before it (RFC 9112, 7.1).
constexpr std::string_view kChunkHead = "\r\n10000\r\n";
constexpr std::string_view kEnd = "\r\n0\r\n\r\n";
static_assert(PatternBody::kPieceBytes == 0x10000);

}  // namespace

std::byte pattern_byte(std::uint64_t offset) noexcept {
  return static_cast<std::byte>(kLine[offset % kPatternPeriod]);
}

PatternBody::PatternBody(std::uint64_t length, Framing framing)
    : length_(length),
      framing_(framing),
      data_count_((length + kPieceBytes - 1) / kPieceBytes),
      piece_count_(framing == Framing::chunked ? 2 * data_count_ + 1 : data_count_) {
  const std::uint64_t short_chunk = length % kPieceBytes;
  const auto end =
      fmt::format_to_n(last_chunk_.data(), last_chunk_.size(), "\r\n{:x}\r\n", short_chunk);
  last_chunk_size_ = end.size;
}

std::size_t PatternBody::gather(std::span<ConstBytes> pieces) const {
  std::size_t count = 0;
  for (; count < pieces.size() && index_ + count < piece_count_; ++count) {
    pieces[count] = piece(index_ + count);
    if (count == 0) pieces[count] = pieces[count].subspan(sent_);
  }
  return count;
}

void PatternBody::advance(std::size_t bytes) {
  while (bytes > 0) {
    ASSERT(!done(), "no more is sent than there is");
    const std::size_t left = piece(index_).size() - sent_;
    if (bytes < left) {
      sent_ += bytes;
      return;
    }
    bytes -= left;
    sent_ = 0;
    ++index_;
  }
}

ConstBytes PatternBody::piece(std::uint64_t index) const {
  if (framing_ == Framing::identity) return data(index);
  const std::uint64_t number = index / 2;
  if (index % 2 == 1) return data(number);
  std::string_view head = kChunkHead;
  if (number == data_count_) {
    head = kEnd;
  } else if ((number + 1) * kPieceBytes > length_) {
    head = std::string_view(last_chunk_.data(), last_chunk_size_);
  }
  return as_bytes(number == 0 ? head.substr(2) : head);
}

ConstBytes PatternBody::data(std::uint64_t number) const {
  const std::uint64_t offset = number * kPieceBytes;
  const std::size_t size = std::min(kPieceBytes, length_ - offset);
  return ConstBytes(block()).subspan(offset % kPatternPeriod, size);
}

}  // namespace weir::backend
