#pragma once
// find_head_end: where a head ends in the bytes of a connection, which may come in any pieces.
//
//   HeadScan scan;                             // of the connection; reset for each head
//   const HeadEnd end = find_head_end(bytes, scan, HeadKind::request, limits);
//   complete: parser.parse(bytes.first(end.size))      incomplete: read more, call again
//
// `bytes` are all bytes from the beginning of the message on, those of the calls before included;
// the scan remembers how far it looked, so that no byte is looked at twice. Any split of the bytes
// gives the same result.
// What is wrong with the lines is said as soon as it can be seen: control bytes (so that TLS on a
// plain port is refused at its first byte), a CR or LF alone, folded lines, limits, a version that
// is not HTTP/1.x. What the lines say is for the parser. Two empty lines before a request are
// tolerated (RFC 9112, 2.2) and are part of `size`.

#include <cstddef>
#include <cstdint>

#include "base/bytes.hpp"
#include "http/limits.hpp"
#include "http/refusal.hpp"

namespace weir::http {

inline constexpr unsigned kEmptyLinesMax = 2;

enum class HeadKind : std::uint8_t { request, response };

struct HeadScan {
  std::uint32_t looked = 0;       // bytes that need not be looked at again
  std::uint32_t line_start = 0;   // of the line that is not complete
  std::uint32_t block_start = 0;  // of the first field line; 0 in the start line
  std::uint16_t fields = 0;
  std::uint8_t empty_lines = 0;

  // No byte of a head has been seen: closing here cuts nobody off.
  bool untouched() const noexcept { return looked == line_start && block_start == 0; }
};

struct HeadEnd {
  enum class Status : std::uint8_t { incomplete, complete, refused };

  Status status = Status::incomplete;
  std::size_t size = 0;  // of the head, when complete
  Refusal refusal;       // when refused

  friend bool operator==(const HeadEnd&, const HeadEnd&) = default;
};

HeadEnd find_head_end(ConstBytes bytes, HeadScan& scan, HeadKind kind,
                      const Limits& limits) noexcept;

}  // namespace weir::http
