#pragma once
// SipHash-2-4: a keyed 64-bit hash of short texts, for what clients send (addresses, headers,
// cookies, paths): who does not know the key cannot choose inputs that all meet one backend.
//
//   const std::uint64_t hash = siphash(key, as_bytes(header_value));
//
// The same on every machine; proxies that are to agree on a backend share the key.
// Source: Aumasson and Bernstein, "SipHash: a fast short-input PRF", 2012.

#include <cstdint>

#include "base/bytes.hpp"

namespace weir::lb {

struct SipKey {
  std::uint64_t low = 0;   // bytes 0 to 7 of the paper's key, little endian
  std::uint64_t high = 0;  // bytes 8 to 15
};

std::uint64_t siphash(const SipKey& key, ConstBytes text) noexcept;

}  // namespace weir::lb
