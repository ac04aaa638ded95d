#pragma once
// Limits: how large the parts of one HTTP message may be, with the defaults of the reference.
//
//   const Limits limits{.header_bytes_max = 32 * 1024};
//   find_head_end(bytes, scan, HeadKind::request, limits);
//
// Every limit of this folder is here. The absolute maxima bound what a configuration may ask for;
// whoever builds a Limits from one checks that (src/config), and the parsers clamp.

#include <cstddef>
#include <cstdint>

namespace weir::http {

inline constexpr std::size_t kRequestLineBytesMax = 64 * 1024;
inline constexpr std::size_t kHeaderBytesMax = 256 * 1024;
inline constexpr std::size_t kFieldsMax = 1000;
inline constexpr std::size_t kTrailerBytesMax = 64 * 1024;
inline constexpr std::size_t kChunkExtensionBytesMax = 64 * 1024;
inline constexpr std::uint64_t kBodyBytesMax = INT64_MAX;  // what a Content-Length may say at all

struct Limits {
  std::size_t request_line_bytes_max = 8 * 1024;  // beyond: 414; also bounds a status line
  std::size_t header_bytes_max = 16 * 1024;       // all field lines together; beyond: 431
  std::size_t fields_max = 100;                   // beyond: 431
  std::size_t chunk_extension_bytes_max = 1024;   // of one message; beyond: 400
  std::size_t trailer_bytes_max = 4 * 1024;       // all trailer lines; beyond: 431
  std::uint64_t body_bytes_max = kBodyBytesMax;   // decoded; beyond: 413

  // The most bytes that a head may take, with the empty lines before it.
  constexpr std::size_t head_bytes_max() const noexcept {
    return request_line_bytes_max + header_bytes_max + 16;
  }
};

}  // namespace weir::http
