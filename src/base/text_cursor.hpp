#pragma once
// TextCursor: writes text into memory that was reserved for all of it, so that no piece asks
// whether there is room. For texts that every request writes: heads, lines of the access log.
//
//   append_text<TextCursor>(out, bytes_max, [&](TextCursor& cursor) { cursor.put("status="); ...
//   });
//
// The one who calls computes bytes_max; that it was enough is asserted when all is written.

#include <charconv>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "base/assert.hpp"
#include "base/endpoint.hpp"

namespace weir {

class TextCursor {
 public:
  static constexpr std::size_t kNumberBytesMax = 20;    // what put_number() may write
  static constexpr std::size_t kEndpointBytesMax = 56;  // what put_endpoint() may write

  explicit TextCursor(char* at) noexcept : at_(at) {}

  void put(char byte) noexcept { *at_++ = byte; }
  void put(std::string_view text) noexcept {
    std::memcpy(at_, text.data(), text.size());
    at_ += text.size();
  }
  void put_number(std::uint64_t number) noexcept {
    at_ = std::to_chars(at_, at_ + kNumberBytesMax, number).ptr;
  }
  void put_address(const Endpoint& endpoint) noexcept { at_ = write_address(at_, endpoint); }
  void put_endpoint(const Endpoint& endpoint) noexcept {
    if (endpoint.is_v6) put('[');
    put_address(endpoint);
    if (endpoint.is_v6) put(']');
    put(':');
    put_number(endpoint.port);
  }

  const char* at() const noexcept { return at_; }

 private:
  static char* write_address(char* at, const Endpoint& endpoint) noexcept;

  char* at_;
};

// Appends to `out` what write(Cursor&) writes, at most bytes_max bytes.
template <class Cursor, class Write>
void append_text(std::string& out, std::size_t bytes_max, Write write) {
  const std::size_t before = out.size();
  out.resize_and_overwrite(before + bytes_max, [&](char* text, std::size_t size) {
    Cursor cursor(text + before);
    write(cursor);
    const auto written = static_cast<std::size_t>(cursor.at() - text);
    ASSERT(written <= size, "a text fits into what was reserved for it");
    return written;
  });
}

}  // namespace weir
