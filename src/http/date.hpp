#pragma once
// HttpDate: a moment as the Date field writes it, "Sun, 06 Nov 1994 08:49:37 GMT".
//
//   const HttpDate date(seconds_since_1970);     date.text()
//
// Source: RFC 9110, 5.6.7 (IMF-fixdate). Keep one for each second; it has no clock of its own.
// Years beyond 9999 and before 1970 are not written: they become the nearest that is.

#include <array>
#include <cstdint>
#include <string_view>

namespace weir::http {

class HttpDate {
 public:
  explicit HttpDate(std::int64_t unix_seconds) noexcept;

  std::string_view text() const noexcept { return {text_.data(), text_.size()}; }

 private:
  std::array<char, 29> text_;
};

}  // namespace weir::http
