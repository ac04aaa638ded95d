#pragma once
// HeadCursor: writes lines of a head into memory that was reserved for all of it, so that no piece
// asks whether there is room. For head_writer.cpp.
//
//   append_lines(out, bytes_max, [&](HeadCursor& cursor) { cursor.line("Via", "1.1 weir"); });
//
// The one who calls computes bytes_max; that it was enough is asserted when all is written.

#include <charconv>
#include <cstring>
#include <string>
#include <string_view>

#include "base/assert.hpp"
#include "http/field.hpp"

namespace weir::http {

class HeadCursor {
 public:
  explicit HeadCursor(char* at) noexcept : at_(at) {}

  void put(std::string_view text) noexcept {
    std::memcpy(at_, text.data(), text.size());
    at_ += text.size();
  }

  void put_number(std::uint64_t number) noexcept { at_ = std::to_chars(at_, at_ + 20, number).ptr; }

  void line(std::string_view name, std::string_view value) noexcept {
    put(name);
    put(": ");
    put(value);
    put("\r\n");
  }

  // The same; in one piece when the field was received just as it is written.
  void field(const Field& field) noexcept {
    const char* const between = field.name.data() + field.name.size();
    if (field.value.data() != between + 2 || between[1] != ' ') {
      return line(field.name, field.value);
    }
    put({field.name.data(), field.name.size() + 2 + field.value.size()});
    put("\r\n");
  }

  const char* at() const noexcept { return at_; }

 private:
  char* at_;
};

template <class Write>
void append_lines(std::string& out, std::size_t bytes_max, Write write) {
  const std::size_t before = out.size();
  out.resize_and_overwrite(before + bytes_max, [&](char* text, std::size_t size) {
    HeadCursor cursor(text + before);
    write(cursor);
    const auto written = static_cast<std::size_t>(cursor.at() - text);
    ASSERT(written <= size, "a head fits into what was reserved for it");
    return written;
  });
}

}  // namespace weir::http
