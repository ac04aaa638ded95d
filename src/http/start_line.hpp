#pragma once
// The first line of a head, taken apart: strictly, with single spaces and nothing left over.
//
//   parse_request_line("GET /a HTTP/1.1")->target == "/a"
//   parse_status_line("HTTP/1.1 404 Not Found")->status == 404
//
// Lines come without their CRLF and may hold any bytes. What the target means is target.hpp's.
// RFC 9112, 3 and 4; of its leniencies, only a missing space behind the status is taken, which
// cannot be misread and which old servers need.

#include <cstdint>
#include <string_view>

#include "http/head.hpp"
#include "http/refusal.hpp"

namespace weir::http {

inline constexpr std::size_t kMethodBytesMax = 32;

struct RequestLine {
  Method method = Method::other;
  std::string_view method_text;
  std::string_view target;
  std::uint8_t minor = 1;
};

struct StatusLine {
  std::uint16_t status = 0;
  std::string_view reason;
  std::uint8_t minor = 1;
};

OrRefusal<RequestLine> parse_request_line(std::string_view line) noexcept;

// What can be said of the first line of a head that is refused, perhaps before its end was there:
// for the answer, which has no body if the method is HEAD, and for logs. What cannot is "".
RequestLine glance(std::string_view head) noexcept;

// Only the end of the line: the minor version, or why the line cannot be one of HTTP/1.x.
OrRefusal<std::uint8_t> request_version(std::string_view line) noexcept;

OrRefusal<StatusLine> parse_status_line(std::string_view line) noexcept;

}  // namespace weir::http
