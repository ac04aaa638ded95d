#pragma once
// RequestHead and ResponseHead: what a head says, in the one way in which it can be understood.
//
//   const OrRefusal<RequestHead> head = parser.parse(bytes);
//   if (head->method == Method::head) ...       route(head->authority, head->path)
//
// All views point into the bytes that were parsed, and `fields` into the parser: it is valid until
// that parser's next parse(), so that a head is written on (head_writer.hpp) before its session
// waits for anything. What is here was checked against the rules of the README.

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "http/field.hpp"

namespace weir::http {

enum class Method : std::uint8_t {
  get,
  head,
  post,
  put,
  delete_,
  connect,
  options,
  trace,
  patch,
  other,
};

std::string_view to_string(Method method) noexcept;  // "GET"; "other"
bool is_safe(Method method) noexcept;                // RFC 9110, 9.2.1
bool is_idempotent(Method method) noexcept;          // RFC 9110, 9.2.2

// How a body ends. `length` is its size for Kind::length, which may be 0, and 0 otherwise.
struct Body {
  enum class Kind : std::uint8_t { none, length, chunked, until_close };

  Kind kind = Kind::none;
  std::uint64_t length = 0;

  // Nothing follows the head.
  bool empty() const noexcept {
    return kind == Kind::none || (kind == Kind::length && length == 0);
  }

  friend bool operator==(const Body&, const Body&) = default;
};

struct RequestHead {
  Method method = Method::other;
  std::string_view method_text;
  std::string_view target;     // as received
  std::string_view path;       // begins with '/' and includes the query; or is "*"
  std::string_view authority;  // of an absolute target, else of Host; "" only in HTTP/1.0
  std::uint8_t minor = 1;      // of HTTP/1.x: 0 or 1
  Body body;                   // never until_close
  bool keep_alive = false;     // the client would send another request on this connection
  bool expects_continue = false;
  bool accepts_trailers = false;  // TE: trailers
  std::string_view upgrade;       // the protocol to which the client offers to switch, or ""
  std::optional<std::uint32_t> max_forwards;  // of OPTIONS and TRACE only; at least 1
  std::span<const Field> fields;
};

struct ResponseHead {
  std::uint16_t status = 0;  // 100 to 599
  std::string_view reason;   // may be empty
  std::uint8_t minor = 1;
  Body body;
  bool keep_alive = false;  // the backend lets the connection be used again after this message
  bool tunnel = false;      // from here on the connection speaks `upgrade` (101), or is a CONNECT's
  // What Content-Length said where no body follows (HEAD, 304): {length, n}, or none.
  Body described;
  std::string_view upgrade;  // of a 101
  std::span<const Field> fields;

  bool interim() const noexcept { return status < 200 && status != 101; }  // another head follows
};

}  // namespace weir::http
