#include "proxy/client_hash.hpp"

#include <span>

#include "base/bytes.hpp"
#include "lb/siphash.hpp"

namespace weir::proxy {
namespace {

// Not a secret: proxies in front of the same backends are to agree on who gets what.
constexpr lb::SipKey kHashKey{0x7765697268617368, 0x6b65796e6f736563};

}  // namespace

std::uint64_t hash_client(const Endpoint& client) noexcept {
  const std::size_t size = client.is_v6 ? 16 : 4;
  return lb::siphash(kHashKey, std::as_bytes(std::span(client.address)).first(size));
}

std::uint64_t hash_text(std::string_view text) noexcept {
  return lb::siphash(kHashKey, as_bytes(text));
}

}  // namespace weir::proxy
