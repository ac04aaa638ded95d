#pragma once
// Payload: the bytes of one message, derived from (connection, request, way, offset) alone, so that
// whoever knows those four can make them, and check them, from any offset on.
//
//   const Payload answer(connection, request, Way::down);
//   answer.fill(buffer, offset);
//   if (const auto at = answer.first_difference(got, offset)) story = answer.explain(got, offset);
//
// Bytes of another connection, another request or another offset differ with certainty for all
// practical purposes: crossing, loss, duplication and reordering all show. Nothing is stored.

#include <cstdint>
#include <optional>
#include <string>

#include "base/bytes.hpp"

namespace weir::sim::model {

// The direction of a stream of bytes: up is client to backend, down is backend to client.
enum class Way : std::uint8_t { up, down };

const char* to_string(Way way) noexcept;  // "up", "down"

class Payload {
 public:
  Payload(std::uint64_t connection, std::uint32_t request, Way way) noexcept;

  // The bytes [offset, offset + into.size()).
  void fill(MutableBytes into, std::uint64_t offset) const noexcept;

  bool is_same(ConstBytes got, std::uint64_t offset) const noexcept;

  // Where in `got`, which claims to be the bytes from `offset` on, the first wrong byte is.
  std::optional<std::size_t> first_difference(ConstBytes got, std::uint64_t offset) const noexcept;

  // What became of the bytes, for a person: "wrong from byte 4096 on: these are the bytes of
  // offset 8192, so 4096 bytes are missing". `got` and `offset` as above; there is a difference.
  std::string explain(ConstBytes got, std::uint64_t offset) const;

 private:
  std::optional<std::uint64_t> find(ConstBytes sample, std::uint64_t near) const noexcept;

  std::uint64_t key_;
};

// The checksum that a receiver answers with: over all bytes of a message, in order, in any
// portions.
class Checksum {
 public:
  void add(ConstBytes bytes) noexcept;
  std::uint64_t value() const noexcept { return first_ ^ (second_ << 20); }

 private:
  std::uint64_t first_ = 1;
  std::uint64_t second_ = 0;
};

// Of the first `bytes` of a payload, which are made in `scratch`, part after part.
Checksum checksum_of(const Payload& payload, std::uint64_t bytes, MutableBytes scratch) noexcept;

}  // namespace weir::sim::model
