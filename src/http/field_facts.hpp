#pragma once
// FieldFacts: what the fields of one head say about framing and the connection, or why they
// contradict themselves. The rules that requests and responses share.
//
//   const OrRefusal<FieldFacts> facts = read_fields(fields, minor);
//
// Refused are: more than one Content-Length, or one that is not 1 to 19 digits; more than one
// Transfer-Encoding, or one that is not "chunked"; both; a Transfer-Encoding in HTTP/1.0; and a
// name that is one of these but for an underscore. RFC 9112, 6.1 to 6.3, allows recipients to
// repair some of these, and they repair them differently: that is how requests are smuggled.

#include <cstdint>
#include <span>
#include <string_view>

#include "http/field.hpp"
#include "http/head.hpp"
#include "http/refusal.hpp"

namespace weir::http {

inline constexpr unsigned kConnectionOptionsMax = 16;  // each is compared with every field

struct FieldFacts {
  Body framing;        // as the fields say: none, length or chunked
  bool close = false;  // in Connection, like the next two
  bool keep_alive = false;
  bool connection_upgrade = false;
  bool te_trailers = false;
  unsigned connection_options = 0;
  std::uint16_t hosts = 0;
  std::uint16_t upgrades = 0;
  std::uint16_t expects = 0;
  std::uint16_t max_forwards_count = 0;
  std::string_view host;  // the last of each
  std::string_view upgrade;
  std::string_view expect;
  std::string_view max_forwards;

  // RFC 9112, 9.3.
  bool persistent(unsigned minor) const noexcept { return !close && (minor == 1 || keep_alive); }
};

OrRefusal<FieldFacts> read_fields(std::span<const Field> fields, unsigned minor) noexcept;

}  // namespace weir::http
