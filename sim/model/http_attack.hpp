#pragma once
// HttpAttack: requests that two readers may understand differently, so that one of them sees a
// second request in them (request smuggling), or that are outside of HTTP/1.1 altogether.
//
//   const std::string bytes = attack_text(HttpAttack::length_and_chunked, tag);
//
// The right answer is a refusal and the end of the connection, and no backend ever sees a byte. The
// texts are ours; the classes are those of RFC 9112, 11.2.

#include <cstdint>
#include <string>

#include "sim/model/http_message.hpp"

namespace weir::sim::model {

enum class HttpAttack : std::uint8_t {
  none,
  any,  // drawn for each visit
  length_and_chunked,
  two_lengths,
  signed_length,
  odd_coding,
  spaced_coding,
  space_before_colon,
  bare_lf,
  bare_cr,
  folded_line,
  no_host,
  two_hosts,
  control_byte,
  bad_chunk_size,
  long_chunk,
};

inline constexpr std::size_t kHttpAttacks = 16;

const char* to_string(HttpAttack attack) noexcept;

// `attack` is neither `none` nor `any`. Each hides a request for /smuggled that has no tag.
std::string attack_text(HttpAttack attack, const HttpTag& tag);

}  // namespace weir::sim::model
