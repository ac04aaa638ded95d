#include "http/own_answer.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace weir::http {
namespace {

struct KnownError {
  std::string_view name;
  std::uint16_t status;
};

// In the order of ProxyError.
constexpr auto kErrors = std::to_array<KnownError>({
    {"", 500},
    {"dns_timeout", 504},
    {"dns_error", 502},
    {"destination_not_found", 500},
    {"destination_unavailable", 503},
    {"connection_refused", 502},
    {"connection_terminated", 502},
    {"connection_timeout", 504},
    {"connection_read_timeout", 504},
    {"connection_write_timeout", 504},
    {"connection_limit_reached", 503},
    {"tls_protocol_error", 502},
    {"tls_certificate_error", 502},
    {"http_request_error", 400},
    {"http_request_denied", 403},
    {"http_response_incomplete", 502},
    {"http_response_header_section_size", 502},
    {"http_response_timeout", 504},
    {"http_upgrade_failed", 502},
    {"http_protocol_error", 502},
    {"proxy_internal_error", 500},
    {"proxy_configuration_error", 500},
    {"proxy_loop_detected", 502},
});
static_assert(kErrors.size() == static_cast<std::size_t>(ProxyError::proxy_loop_detected) + 1);

struct KnownStatus {
  std::uint16_t status;
  std::string_view phrase;
  std::string_view meaning;  // for people, when the answer brings no details
  ProxyError error = ProxyError::http_request_error;
};

constexpr auto kStatuses = std::to_array<KnownStatus>({
    {400, "Bad Request", "the request is not valid HTTP"},
    {403, "Forbidden", "the request is not allowed", ProxyError::http_request_denied},
    {404, "Not Found", "no route is configured for this host and path",
     ProxyError::destination_not_found},
    {405, "Method Not Allowed", "the method is not allowed here"},
    {408, "Request Timeout", "the request did not arrive in time"},
    {413, "Content Too Large", "the body of the request is too large"},
    {414, "URI Too Long", "the request line is too long"},
    {417, "Expectation Failed", "the expectation of the request cannot be met"},
    {421, "Misdirected Request", "the request came to the wrong server"},
    {429, "Too Many Requests", "there were too many requests", ProxyError::http_request_denied},
    {431, "Request Header Fields Too Large", "the header fields of the request are too large"},
    {500, "Internal Server Error", "the proxy failed", ProxyError::proxy_internal_error},
    {501, "Not Implemented", "the method is not offered here"},
    {502, "Bad Gateway", "the backend gave no valid answer", ProxyError::http_protocol_error},
    {503, "Service Unavailable", "no backend is available now",
     ProxyError::destination_unavailable},
    {504, "Gateway Timeout", "the backend did not answer in time",
     ProxyError::http_response_timeout},
    {505, "HTTP Version Not Supported", "only HTTP/1.1 and HTTP/1.0 are spoken here"},
});

const KnownStatus* find_status(std::uint16_t status) noexcept {
  const auto* const found = std::ranges::find(kStatuses, status, &KnownStatus::status);
  return found == kStatuses.end() ? nullptr : found;
}

void append_number(std::string& out, std::uint64_t number) {
  std::array<char, 20> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number);
  out.append(digits.data(), end.ptr);
}

void append_field(std::string& out, std::string_view name, std::string_view value) {
  if (value.empty()) return;
  out.append(name).append(": ").append(value).append("\r\n");
}

// As the string of a structured field (RFC 8941, 3.3.3), and harmless in any text.
void append_quoted(std::string& out, std::string_view text) {
  out += '"';
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c >= ' ' && c < '\x7f' ? c : '?';
  }
  out += '"';
}

void append_proxy_status(std::string& out, ProxyError error, std::string_view details) {
  out.append("Proxy-Status: weir; error=").append(to_string(error));
  out.append("; details=");
  append_quoted(out, details);
  out.append("\r\n");
}

}  // namespace

std::string_view to_string(ProxyError error) noexcept {
  return kErrors[static_cast<std::size_t>(error)].name;
}

std::uint16_t status_for(ProxyError error) noexcept {
  return kErrors[static_cast<std::size_t>(error)].status;
}

ProxyError error_for(std::uint16_t status) noexcept {
  const KnownStatus* const known = find_status(status);
  return known == nullptr ? ProxyError::proxy_internal_error : known->error;
}

std::string_view reason_phrase(std::uint16_t status) noexcept {
  const KnownStatus* const known = find_status(status);
  return known == nullptr ? std::string_view() : known->phrase;
}

void append_own_answer(std::string& out, const OwnAnswer& answer) {
  const KnownStatus* const known = find_status(answer.status);
  const std::string_view phrase = reason_phrase(answer.status);
  std::string_view details = answer.details.substr(0, kDetailsBytesMax);
  if (details.empty() && known != nullptr) details = known->meaning;
  const ProxyError error =
      answer.error == ProxyError::none ? error_for(answer.status) : answer.error;

  out.append("HTTP/1.1 ");
  append_number(out, answer.status);
  out.append(" ").append(phrase).append("\r\n");
  append_field(out, "Date", answer.date);
  append_field(out, "Content-Type", "text/plain; charset=utf-8");
  out.append("Content-Length: ");
  // "404 Not Found: no route ...\n"
  const std::size_t body_size = 3 + 1 + phrase.size() + 2 + details.size() + 1;
  append_number(out, body_size);
  out.append("\r\nCache-Control: no-store\r\n");
  append_proxy_status(out, error, details);
  append_field(out, "X-Request-Id", answer.request_id);
  if (answer.retry_after_s > 0) {
    out.append("Retry-After: ");
    append_number(out, answer.retry_after_s);
    out.append("\r\n");
  }
  if (!answer.keep_alive) append_field(out, "Connection", "close");
  if (answer.keep_alive && answer.minor == 0) append_field(out, "Connection", "keep-alive");
  out.append("\r\n");
  if (answer.method == Method::head) return;
  append_number(out, answer.status);
  out.append(" ").append(phrase).append(": ").append(details).append("\n");
}

}  // namespace weir::http
