#include "http/start_line.hpp"

#include <algorithm>

#include "http/chars.hpp"

namespace weir::http {
namespace {

constexpr std::string_view kVersion = "HTTP/1.1";  // all versions are as long as this one

// Names of methods are case-sensitive (RFC 9110, 9.1).
Method method_of(std::string_view text) noexcept {
  for (std::uint8_t i = 0; i < static_cast<std::uint8_t>(Method::other); ++i) {
    if (to_string(static_cast<Method>(i)) == text) return static_cast<Method>(i);
  }
  return Method::other;
}

std::unexpected<Refusal> refused(std::uint16_t status, std::string_view reason) noexcept {
  return std::unexpected(Refusal{status, reason});
}

}  // namespace

OrRefusal<RequestLine> parse_request_line(std::string_view line) noexcept {
  const OrRefusal<std::uint8_t> minor = request_version(line);
  if (!minor) return std::unexpected(minor.error());
  line.remove_suffix(kVersion.size() + 1);
  const std::size_t space = std::min(line.find(' '), line.size());
  const std::string_view method = line.substr(0, space);
  if (!is_token(method)) return refused(400, "the method is not a token");
  if (method.size() > kMethodBytesMax) return refused(501, "the method is not known");
  const std::string_view target = line.substr(std::min(space + 1, line.size()));
  if (target.empty()) return refused(400, "the request line is not method, target and version");
  if (!all_are(kTargetChar, target)) {
    return refused(400, "the request target has a byte that must be encoded");
  }
  return RequestLine{method_of(method), method, target, *minor};
}

RequestLine glance(std::string_view head) noexcept {
  while (head.starts_with("\r\n")) head.remove_prefix(2);
  const std::string_view line = head.substr(0, head.find_first_of("\r\n"));
  if (const auto whole = parse_request_line(line)) return *whole;
  const std::size_t space = std::min(line.find(' '), line.size());
  const std::string_view method = line.substr(0, space);
  if (space == line.size() || !is_token(method) || method.size() > kMethodBytesMax) return {};
  return RequestLine{method_of(method), method, {}, 1};
}

OrRefusal<std::uint8_t> request_version(std::string_view line) noexcept {
  const std::string_view version =
      line.substr(line.size() - std::min(line.size(), kVersion.size()));
  const bool apart = line.size() > version.size() && line[line.size() - version.size() - 1] == ' ';
  if (apart && version == "HTTP/1.1") return 1;
  if (apart && version == "HTTP/1.0") return 0;
  if (apart && version.starts_with("HTTP/") && is(kDigit, version[5]) && version[6] == '.' &&
      is(kDigit, version[7])) {
    return refused(505, "only HTTP/1.1 and HTTP/1.0 are spoken here");
  }
  return refused(400, "the request line does not end with a version of HTTP");
}

OrRefusal<StatusLine> parse_status_line(std::string_view line) noexcept {
  const bool ours = line.starts_with("HTTP/1.1 ") || line.starts_with("HTTP/1.0 ");
  if (!ours) return refused(502, "the status line does not begin with a version of HTTP/1");
  const std::uint8_t minor = line[7] == '1' ? 1 : 0;
  line.remove_prefix(kVersion.size() + 1);
  const std::string_view digits = line.substr(0, 3);
  if (digits.size() < 3 || !all_are(kDigit, digits) || digits[0] < '1' || digits[0] > '5') {
    return refused(502, "the status is not a number from 100 to 599");
  }
  const int status = (digits[0] - '0') * 100 + (digits[1] - '0') * 10 + (digits[2] - '0');
  line.remove_prefix(3);
  if (!line.empty() && line[0] != ' ') return refused(502, "the status has more than three digits");
  line.remove_prefix(std::min<std::size_t>(1, line.size()));
  if (!is_field_value(line)) return refused(502, "the reason phrase has a control byte");
  return StatusLine{static_cast<std::uint16_t>(status), line, minor};
}

}  // namespace weir::http
