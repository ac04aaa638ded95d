#pragma once
// Header: the 32 bytes before each message of the models' protocols; it says whose message it is
// and how long, so that the receiver can check every byte that follows.
//
//   const HeaderBytes bytes = encode(header);
//   const std::optional<Header> header = decode(bytes);   // nullopt: these bytes are no header
//
// What the protocols do with it (one scenario speaks one protocol):
//   echo    the backend sends the client's message back, header and body
//   answer  many requests a connection: header and body up, header and body down
//   sink    one message up; after the client's end, a header down with count and checksum
//   source  nothing up; the backend begins at once with a header and a body, then ends

#include <array>
#include <cstdint>
#include <optional>

#include "base/bytes.hpp"

namespace weir::sim::model {

enum class Protocol : std::uint8_t { echo, answer, sink, source };

const char* to_string(Protocol protocol) noexcept;  // "echo", ...

inline constexpr std::size_t kHeaderBytes = 32;
using HeaderBytes = std::array<std::byte, kHeaderBytes>;

struct Header {
  std::uint64_t connection = 0;    // of the sender's lane: model/lane.hpp
  std::uint32_t request = 0;       // counted from 0 in each connection
  std::uint64_t body_bytes = 0;    // that follow this header (of a sink's answer: that it received)
  std::uint64_t answer_bytes = 0;  // that are asked for (of a sink's answer: its checksum)

  friend bool operator==(const Header&, const Header&) = default;
};

HeaderBytes encode(const Header& header) noexcept;
std::optional<Header> decode(const HeaderBytes& bytes) noexcept;

}  // namespace weir::sim::model
