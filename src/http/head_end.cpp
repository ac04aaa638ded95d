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

// One call of find_head_end(). Its steps say whether to go on; when not, end_ says why.
class Finder {
 public:
  Finder(std::string_view text, HeadScan& scan, HeadKind kind, const Limits& limits) noexcept
      : text_(text),
        scan_(scan),
        kind_(kind),
        line_max_(std::min(limits.request_line_bytes_max, kRequestLineBytesMax)),
        block_max_(std::min(limits.header_bytes_max, kHeaderBytesMax)),
        fields_max_(std::min(limits.fields_max, kFieldsMax)) {}

  HeadEnd run() noexcept {
    if (!check_prefix()) return end_;
    while (scan_.looked < text_.size()) {
      if (scan_.looked == scan_.line_start && !begin_line(text_[scan_.looked])) break;
      const std::size_t control = find_control(text_, scan_.looked);
      if (!check_size(control)) break;
      scan_.looked = static_cast<std::uint32_t>(control);
      if (control == text_.size() || !take_control(control)) break;
    }
    return end_;
  }

 private:
  bool in_start_line() const noexcept { return scan_.block_start == 0; }

  bool refuse(std::uint16_t status, std::string_view reason) noexcept {
    const std::uint16_t told = kind_ == HeadKind::request ? status : 502;
    end_ = {HeadEnd::Status::refused, 0, {told, reason}};
    return false;
  }

  // So that what is not HTTP at all is known before a line of it ends.
  bool check_prefix() noexcept {
    constexpr std::string_view kPrefix = "HTTP/1.";
    if (kind_ == HeadKind::request || !in_start_line()) return true;
    if (kPrefix.starts_with(text_.substr(0, kPrefix.size()))) return true;
    return refuse(502, "this is not an HTTP/1.x response");
  }

  // The first byte of a line is there.
  bool begin_line(char byte) noexcept {
    if (byte == '\r') return true;
    if (in_start_line()) return kind_ == HeadKind::response || begin_request(byte);
    if (byte == ' ' || byte == '\t') return refuse(400, "a field line is folded");
    if (++scan_.fields > fields_max_) return refuse(431, "there are too many fields");
    return true;
  }

  bool begin_request(char byte) noexcept {
    if (byte == '\x16') return refuse(400, "this is TLS, on a port for plain HTTP");
    if (is_control(byte)) return refuse_control(byte);
    if (!is(kTokenChar, byte)) return refuse(400, "this is not an HTTP request");
    return true;
  }

  // Nothing of the line, or of the block, stands at or behind `end`.
  bool check_size(std::size_t end) noexcept {
    if (in_start_line()) {
      return end - scan_.line_start <= line_max_ || refuse(414, "the first line is too long");
    }
    return end - scan_.block_start <= block_max_ || refuse(431, "the fields are too large");
  }

  bool take_control(std::size_t at) noexcept {
    if (text_[at] == '\t' && !in_start_line()) {
      ++scan_.looked;
      return true;
    }
    if (text_[at] != '\r') return refuse_control(text_[at]);
    // Whether an LF follows is seen later; nothing counts this CR twice.
    if (at + 1 == text_.size()) return false;
    if (text_[at + 1] != '\n') return refuse(400, "a CR stands alone");
    return end_line(text_.substr(scan_.line_start, at - scan_.line_start), at + 2);
  }

  // What a control byte other than a CRLF means.
  bool refuse_control(char byte) noexcept {
    if (byte == '\n') return refuse(400, "a line ends with LF instead of CRLF");
    if (byte == '\0') return refuse(400, "the head has a NUL byte");
    return refuse(400, "the head has a control byte");
  }

  // `line` is complete, and the next one begins at `next`.
  bool end_line(std::string_view line, std::size_t next) noexcept {
    scan_.line_start = scan_.looked = static_cast<std::uint32_t>(next);
    if (in_start_line()) return end_start_line(line);
    if (!line.empty()) return true;
    end_ = {HeadEnd::Status::complete, next, {}};
    return false;
  }

  bool end_start_line(std::string_view line) noexcept {
    if (line.empty()) {
      if (kind_ == HeadKind::request && ++scan_.empty_lines <= kEmptyLinesMax) return true;
      return refuse(400, "there are empty lines before the first line");
    }
    if (kind_ == HeadKind::request) {
      const auto version = request_version(line);
      if (!version) return refuse(version.error().status, version.error().reason);
    }
    scan_.block_start = scan_.line_start;
    return true;
  }

  const std::string_view text_;
  HeadScan& scan_;
  const HeadKind kind_;
  const std::size_t line_max_;
  const std::size_t block_max_;
  const std::size_t fields_max_;
  HeadEnd end_;
};

}  // namespace

HeadEnd find_head_end(ConstBytes bytes, HeadScan& scan, HeadKind kind,
                      const Limits& limits) noexcept {
  return Finder(as_text(bytes), scan, kind, limits).run();
}

}  // namespace weir::http
