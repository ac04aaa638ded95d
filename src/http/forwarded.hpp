#pragma once
// Where a request came from, told to the backend: X-Forwarded-For, -Proto and -Host, and Forwarded.
//
//   put_x_forwarded(cursor, origin, policy);      "X-Forwarded-For: 192.0.2.1\r\n..."
//
// What the client says itself counts only as far as trusted_hops reaches (forward_policy.hpp).
// For head_writer.cpp. Source: RFC 7239.

#include <span>
#include <string_view>

#include "http/forward_policy.hpp"
#include "http/head_cursor.hpp"

namespace weir::http {

struct Origin {
  std::string_view client;  // address without port
  std::string_view scheme;
  std::string_view authority;  // as the client sent it; may be ""
  std::span<const Field> fields;
};

void put_x_forwarded(HeadCursor& cursor, const Origin& origin,
                     const ForwardPolicy& policy) noexcept;
void put_forwarded(HeadCursor& cursor, const Origin& origin, const ForwardPolicy& policy) noexcept;

}  // namespace weir::http
