#pragma once
// Refusal: why bytes are not accepted, and with which status that is answered.
//
//   if (const auto head = parser.parse(bytes); !head) answer(head.error());
//
// `reason` is a static text for people, a clause without a full stop ("the Host field is missing").
// For a request the status is the one to answer with (400, 413, 414, 417, 431, 501, 505); for a
// response it is 502: the client is told that the backend does not speak HTTP. After a Refusal
// nothing on that connection can be understood any more: it is closed.

#include <cstdint>
#include <expected>
#include <string_view>

namespace weir::http {

struct Refusal {
  std::uint16_t status = 400;
  std::string_view reason;

  friend bool operator==(const Refusal&, const Refusal&) = default;
};

template <class T>
using OrRefusal = std::expected<T, Refusal>;

}  // namespace weir::http
