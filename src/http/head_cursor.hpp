#pragma once
// HeadCursor: a TextCursor that knows the lines of a head. For head_writer.cpp.
//
//   append_text<HeadCursor>(out, bytes_max, [&](HeadCursor& c) { c.line("Via", "1.1 weir"); });

#include "base/text_cursor.hpp"
#include "http/field.hpp"

namespace weir::http {

class HeadCursor : public TextCursor {
 public:
  using TextCursor::TextCursor;

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
};

}  // namespace weir::http
