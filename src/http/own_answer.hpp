#pragma once
// own_answer: complete small answers that Weir makes itself, for requests that reach no backend.
//
//   append_own_answer(out, {.status = 400, .details = refusal.reason, .date = date});
//   append_own_answer(out, {.status = 503, .error = ProxyError::connection_limit_reached, ...});
//
// Each has a Content-Length, a line of text that a person understands, and a Proxy-Status field
// (RFC 9209) that says that it was Weir, and why. Answers are never longer than
// kOwnAnswerBytesMax; details are cut.

#include <cstdint>
#include <string>
#include <string_view>

#include "http/head.hpp"

namespace weir::http {

inline constexpr std::size_t kOwnAnswerBytesMax = 2048;
inline constexpr std::size_t kDetailsBytesMax = 256;

// The registered types of RFC 9209, 2.3, as far as Weir can meet them.
enum class ProxyError : std::uint8_t {
  none,  // the status says which
  dns_timeout,
  dns_error,
  destination_not_found,
  destination_unavailable,
  connection_refused,
  connection_terminated,
  connection_timeout,
  connection_read_timeout,
  connection_write_timeout,
  connection_limit_reached,
  tls_protocol_error,
  tls_certificate_error,
  http_request_error,
  http_request_denied,
  http_response_incomplete,
  http_response_header_section_size,
  http_response_timeout,
  http_upgrade_failed,
  http_protocol_error,
  proxy_internal_error,
  proxy_configuration_error,
  proxy_loop_detected,
};

std::string_view to_string(ProxyError error) noexcept;  // "dns_timeout"

// The status that RFC 9209 recommends with it; 500 for none.
std::uint16_t status_for(ProxyError error) noexcept;

// What is told when nothing more precise is known: 400 is http_request_error, 504 a timeout.
ProxyError error_for(std::uint16_t status) noexcept;

std::string_view reason_phrase(std::uint16_t status) noexcept;  // "Bad Request"; "" if unknown

struct OwnAnswer {
  std::uint16_t status = 500;
  ProxyError error = ProxyError::none;
  std::string_view details = {};  // a clause without a full stop; "" tells what the status means
  std::string_view date = {};     // date.hpp; "" writes none
  Method method = Method::get;    // HEAD gets no body
  std::uint8_t minor = 1;         // of the client's HTTP/1.x
  bool keep_alive = false;
  std::string_view request_id = {};  // "" writes none
  std::uint32_t retry_after_s = 0;   // 0 writes none
};

void append_own_answer(std::string& out, const OwnAnswer& answer);

// "HTTP/1.1 100 Continue\r\n\r\n"
inline constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

}  // namespace weir::http
