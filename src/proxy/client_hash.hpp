#pragma once
// What policies that hash are given: all Weirs in front of the same backends agree on it.
//
//   const lb::PickInput input{.now = now, .hash = hash_client(stream->peer()), .random = random};

#include <cstdint>
#include <string_view>

#include "base/endpoint.hpp"

namespace weir::proxy {

std::uint64_t hash_client(const Endpoint& client) noexcept;  // its address, without the port
std::uint64_t hash_text(std::string_view text) noexcept;

}  // namespace weir::proxy
