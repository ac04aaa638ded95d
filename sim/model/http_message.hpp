#pragma once
// What the HTTP models write into heads, and find in them. Each request carries a tag, which is its
// name in the whole run, and its answer repeats it:
//
//   HttpTag tag{.connection = 12, .request = 0};   to_string(tag) == "12/0"
//   if (parse_tag(*head.find(http_fields::kTag)) != expected) ...       // an answer has crossed
//
//   GET /?12/0 HTTP/1.1                    HTTP/1.1 200 OK
//   Host: weir.test                        Weir-Request: 12/0
//   Weir-Request: 12/0                     Weir-Backend: 3
//   Weir-Answer: 4096                      Weir-Received: 0/1
//                                          Content-Length: 4096
//
// Bodies are Payloads of (connection, request, way): both sides check every byte. Weir-Received
// says how much of the request's body arrived, with its checksum.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "sim/model/payload.hpp"

namespace weir::sim::model {

struct HttpTag {
  std::uint64_t connection = 0;  // of the client, as Witness::connecting numbered it
  std::uint32_t request = 0;     // counted from 0 in each connection

  friend auto operator<=>(const HttpTag&, const HttpTag&) = default;
};

std::string to_string(const HttpTag& tag);
std::optional<HttpTag> parse_tag(std::string_view text) noexcept;

// Decimal digits only, without sign; nullopt when it is anything else or does not fit.
std::optional<std::uint64_t> parse_decimal(std::string_view text) noexcept;

enum class HttpMethod : std::uint8_t { get, head, post };

const char* to_string(HttpMethod method) noexcept;  // "GET", "HEAD", "POST"
std::optional<HttpMethod> parse_method(std::string_view text) noexcept;

// RFC 9110, 9.2.2: doing it twice is the same as doing it once.
constexpr bool is_idempotent(HttpMethod method) noexcept { return method != HttpMethod::post; }

// Names as the decoder gives them: in small letters.
namespace http_fields {
inline constexpr std::string_view kTag = "weir-request";
inline constexpr std::string_view kAnswer = "weir-answer";      // bytes that are asked for
inline constexpr std::string_view kBackend = "weir-backend";    // the number of the host
inline constexpr std::string_view kReceived = "weir-received";  // "<bytes>/<checksum>"
inline constexpr std::string_view kHop = "weir-hop";            // named in Connection
// Lines that whoever is at the other end of this connection keeps to itself (RFC 9110, 7.6.1).
inline constexpr std::string_view kOfOneHop =
    "Connection: Weir-Hop\r\nWeir-Hop: here\r\nKeep-Alive: timeout=5\r\n";
}  // namespace http_fields

// What an answer says of the body of its request.
std::string received_text(std::uint64_t bytes, const Checksum& checksum);

}  // namespace weir::sim::model
