#pragma once
// Writes heads and chunk framing anew from their parsed form, at the end of a string whose capacity
// is used again and again.
//
//   out.clear();
//   append_request_head(out, head, policy, {.client = "192.0.2.1", .request_id = id});
//   const Framing framing = append_response_head(out, answer, policy, {.method = head.method});
//
// - Framing is written from Body only, and the connection's fields from the arguments: neither is
//   ever copied. Fields of one hop are removed, and those that Connection names, except names that
//   field.hpp knows, which nobody may have removed by naming them (RFC 9110, 7.6.1).
// - What was read as HTTP/1.0 is sent as HTTP/1.1. A client of HTTP/1.0 gets no chunks.

#include <cstdint>
#include <string>
#include <string_view>

#include "http/forward_policy.hpp"
#include "http/head.hpp"

namespace weir::http {

// What a request brings along besides its head.
struct RequestHop {
  std::string_view client = {};      // its address without a port: "192.0.2.1", "2001:db8::1"
  std::string_view scheme = "http";  // on which it came: "http" or "https"
  std::string_view request_id = {};  // for a request that has none to be believed
  bool keep_alive = true;            // the upstream connection will be used again
  bool expect_continue = true;       // pass an Expect: 100-continue on
};

// The request that is answered, and what is to become of its connection.
struct ResponseHop {
  Method method = Method::get;
  std::uint8_t minor = 1;      // of the client's HTTP/1.x
  bool keep_alive = true;      // it wants to go on, and so do we
  std::string_view date = {};  // for a response without one; "" writes none
};

// How the response reaches the client: perhaps not as it came from the backend.
struct Framing {
  Body body;
  bool keep_alive = true;  // what the head says; if not, close behind the body

  friend bool operator==(const Framing&, const Framing&) = default;
};

void append_request_head(std::string& out, const RequestHead& head, const ForwardPolicy& policy,
                         const RequestHop& hop);

Framing append_response_head(std::string& out, const ResponseHead& head,
                             const ForwardPolicy& policy, const ResponseHop& hop);

// What append_response_head() will decide.
Framing client_framing(const ResponseHead& head, const ResponseHop& hop) noexcept;

// The X-Request-Id that append_request_head() writes: the client's if it is believed and is one,
// else the hop's. "" when the policy writes none.
std::string_view request_id_of(const RequestHead& head, const ForwardPolicy& policy,
                               const RequestHop& hop) noexcept;

inline constexpr std::size_t kRequestIdBytesMax = 128;  // a longer one is not believed
inline constexpr std::size_t kChunkHeadBytesMax = 18;   // 16 digits, CR and LF

// "1f\r\n" before that many bytes, at least 1; "\r\n" goes behind them.
void append_chunk_head(std::string& out, std::uint64_t bytes);
inline constexpr std::string_view kChunkEnd = "\r\n";

// "0\r\n", the lines of BodyDecoder::trailers(), "\r\n".
void append_last_chunk(std::string& out, std::string_view trailers = {});

}  // namespace weir::http
