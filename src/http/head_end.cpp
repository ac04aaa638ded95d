#include "http/head_end.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

#include "http/chars.hpp"
#include "http/start_line.hpp"

namespace weir::http {
namespace {

constexpr std::uint64_t kOnes = 0x0101010101010101;
constexpr std::uint64_t kHighs = 0x8080808080808080;

// The high bit of the first byte that is below 0x20 or 0x7f, and perhaps of some behind it.
constexpr std::uint64_t controls(std::uint64_t eight) noexcept {
  const std::uint64_t below = (eight - kOnes * 0x20) & ~eight & kHighs;
  const std::uint64_t del = eight ^ (kOnes * 0x7f);
  return below | ((del - kOnes) & ~del & kHighs);
}

constexpr bool is_control(char c) noexcept {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

// Where the first control byte from `at` on is, or text.size(). Eight bytes at a time.
std::size_t find_control(std::string_view text, std::size_t at) noexcept {
  if constexpr (std::endian::native == std::endian::little) {
    for (; at + 8 <= text.size(); at += 8) {
      std::uint64_t eight;
      std::memcpy(&eight, text.data() + at, 8);
      const std::uint64_t found = controls(eight);
      if (found != 0) return at + static_cast<std::size_t>(std::countr_zero(found)) / 8;
    }
  }
  while (at < text.size() && !is_control(text[at])) ++at;
  return at;
}

HeadEnd refused(HeadKind kind, std::uint16_t status, std::string_view reason) noexcept {
  const std::uint16_t told = kind == HeadKind::request ? status : 502;
  return {HeadEnd::Status::refused, 0, {told, reason}};
}

// What a control byte other than a CRLF means.
HeadEnd refused_control(HeadKind kind, char byte) noexcept {
  if (byte == '\n') return refused(kind, 400, "a line ends with LF instead of CRLF");
  if (byte == '\0') return refused(kind, 400, "the head has a NUL byte");
  return refused(kind, 400, "the head has a control byte");
}

bool in_start_line(const HeadScan& scan) noexcept { return scan.block_start == 0; }

constexpr HeadEnd kGoOn{};  // in the functions below: nothing wrong so far

// The first byte of a line is there.
HeadEnd check_line_start(char byte, HeadScan& scan, HeadKind kind, const Limits& limits) noexcept {
  if (byte == '\r') return kGoOn;
  if (in_start_line(scan)) {
    if (kind == HeadKind::response) return kGoOn;
    if (byte == '\x16') return refused(kind, 400, "this is TLS, on a port for plain HTTP");
    if (is_control(byte)) return refused_control(kind, byte);
    if (!is(kTokenChar, byte)) return refused(kind, 400, "this is not an HTTP request");
    return kGoOn;
  }
  if (byte == ' ' || byte == '\t') return refused(kind, 400, "a field line is folded");
  if (++scan.fields > std::min(limits.fields_max, kFieldsMax))
    return refused(kind, 431, "there are too many fields");
  return kGoOn;
}

// So that what is not HTTP at all is known before a line of it ends.
HeadEnd check_prefix(std::string_view text, const HeadScan& scan, HeadKind kind) noexcept {
  constexpr std::string_view kPrefix = "HTTP/1.";
  if (kind == HeadKind::request || !in_start_line(scan)) return kGoOn;
  const std::string_view begin = text.substr(0, kPrefix.size());
  if (kPrefix.starts_with(begin)) return kGoOn;
  return refused(kind, 502, "this is not an HTTP/1.x response");
}

// Nothing of the line, or of the block, stands at or behind `end`.
HeadEnd check_size(std::size_t end, const HeadScan& scan, HeadKind kind,
                   const Limits& limits) noexcept {
  if (in_start_line(scan)) {
    if (end - scan.line_start <= std::min(limits.request_line_bytes_max, kRequestLineBytesMax)) {
      return kGoOn;
    }
    return refused(kind, 414, "the first line is too long");
  }
  if (end - scan.block_start <= std::min(limits.header_bytes_max, kHeaderBytesMax)) return kGoOn;
  return refused(kind, 431, "the fields are too large");
}

// `line` is complete, and the next one begins at `next`.
HeadEnd end_line(std::string_view line, std::size_t next, HeadScan& scan, HeadKind kind) noexcept {
  scan.line_start = scan.looked = static_cast<std::uint32_t>(next);
  if (!in_start_line(scan)) {
    if (line.empty()) return {HeadEnd::Status::complete, next, {}};
    return kGoOn;
  }
  if (line.empty()) {
    if (kind == HeadKind::request && ++scan.empty_lines <= kEmptyLinesMax) return kGoOn;
    return refused(kind, 400, "there are empty lines before the first line");
  }
  if (kind == HeadKind::request) {
    const auto version = request_version(line);
    if (!version) return refused(kind, version.error().status, version.error().reason);
  }
  scan.block_start = scan.line_start;
  return kGoOn;
}

}  // namespace

HeadEnd find_head_end(ConstBytes bytes, HeadScan& scan, HeadKind kind,
                      const Limits& limits) noexcept {
  const std::string_view text = as_text(bytes);
  HeadEnd end = check_prefix(text, scan, kind);
  while (end.status == HeadEnd::Status::incomplete && scan.looked < text.size()) {
    if (scan.looked == scan.line_start) {
      end = check_line_start(text[scan.looked], scan, kind, limits);
      if (end.status != HeadEnd::Status::incomplete) break;
    }
    const std::size_t control = find_control(text, scan.looked);
    end = check_size(control, scan, kind, limits);
    if (end.status != HeadEnd::Status::incomplete) break;
    scan.looked = static_cast<std::uint32_t>(control);
    if (control == text.size()) break;
    if (text[control] == '\t' && !in_start_line(scan)) {
      ++scan.looked;
    } else if (text[control] != '\r') {
      end = refused_control(kind, text[control]);
    } else if (control + 1 == text.size()) {
      break;  // whether an LF follows is seen later; nothing counts this CR twice
    } else if (text[control + 1] != '\n') {
      end = refused(kind, 400, "a CR stands alone");
    } else {
      const std::string_view line = text.substr(scan.line_start, control - scan.line_start);
      end = end_line(line, control + 2, scan, kind);
    }
  }
  return end;
}

}  // namespace weir::http
