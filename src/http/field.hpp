#pragma once
// Field: one header or trailer field, as views into the bytes that were parsed; FieldId: the names
// that some rule of Weir mentions, so that they are compared once.
//
//   if (field.id == FieldId::host) ...        field_id("Content-LENGTH") == FieldId::content_length
//
// A value has no white space around it. A name is a token (RFC 9110, 5.6.2); names that differ
// from a known one only by underscores are `alias`: backends that map both to one variable (CGI,
// WSGI) would take them for the real one, so that they are never forwarded.

#include <cstdint>
#include <string_view>

namespace weir::http {

enum class FieldId : std::uint8_t {
  other,
  alias,
  // Framing, routing and the connection.
  host,
  connection,
  content_length,
  transfer_encoding,
  te,
  trailer,
  upgrade,
  expect,
  keep_alive,
  proxy_connection,
  http2_settings,
  // What Weir adds to, replaces or believes.
  via,
  forwarded,
  x_forwarded_for,
  x_forwarded_proto,
  x_forwarded_host,
  x_request_id,
  date,
  server,
  // What a Connection field may not remove, nor a trailer add (RFC 9110, 6.5.1).
  age,
  authorization,
  cache_control,
  content_encoding,
  content_range,
  content_type,
  cookie,
  expires,
  if_match,
  if_modified_since,
  if_none_match,
  if_range,
  if_unmodified_since,
  location,
  max_forwards,
  origin,
  pragma,
  proxy_authenticate,
  proxy_authorization,
  proxy_status,
  range,
  retry_after,
  set_cookie,
  vary,
  warning,
  www_authenticate,
  x_real_ip,
};

struct Field {
  std::string_view name = {};   // as received
  std::string_view value = {};  // may be empty
  FieldId id = FieldId::other;

  friend bool operator==(const Field&, const Field&) = default;
};

FieldId field_id(std::string_view name) noexcept;

// Of an alias, the id of the name that it would be taken for; `other` for all other names.
FieldId unaliased_id(std::string_view name) noexcept;

// The name in lower case ("content-length"); "" for other and alias.
std::string_view to_string(FieldId id) noexcept;

bool equal_ignoring_case(std::string_view a, std::string_view b) noexcept;

// Is every byte one of a token's, and is there one at least?
bool is_token(std::string_view text) noexcept;

// May this follow "name:" in a line? No control bytes but HTAB.
bool is_field_value(std::string_view text) noexcept;

// Takes the first element of a comma-separated list off `list`, without the white space around it;
// empty elements are skipped, and "" is the end. Not for lists with quoted strings.
std::string_view next_list_element(std::string_view& list) noexcept;

bool list_contains(std::string_view list, std::string_view element) noexcept;  // ignoring case

}  // namespace weir::http
