#include "base/text_cursor.hpp"

#include <arpa/inet.h>  // lint: allow(ambient) only inet_ntop, a text function

namespace weir {
namespace {

char* write_octet(char* at, unsigned octet) noexcept {
  if (octet >= 100) *at++ = static_cast<char>('0' + octet / 100);
  if (octet >= 10) *at++ = static_cast<char>('0' + octet / 10 % 10);
  *at++ = static_cast<char>('0' + octet % 10);
  return at;
}

}  // namespace

// inet_ntop formats IPv4 with snprintf, which a request would feel.
char* TextCursor::write_address(char* at, const Endpoint& endpoint) noexcept {
  if (endpoint.is_v6) {
    static_assert(kEndpointBytesMax >= INET6_ADDRSTRLEN + sizeof "[]:65535" - 1);
    inet_ntop(AF_INET6, endpoint.address.data(), at, INET6_ADDRSTRLEN);
    return at + std::strlen(at);
  }
  for (std::size_t i = 0; i < 4; ++i) {
    if (i > 0) *at++ = '.';
    at = write_octet(at, endpoint.address[i]);
  }
  return at;
}

}  // namespace weir
