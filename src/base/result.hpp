#pragma once
// Errors of the data path: values, never exceptions.
//
//   Result<Stream> r = ...;   if (!r) return std::unexpected(r.error());
//
// An Error says what happened (code), on which side of the proxy (so that the other side is told
// the right thing), and whether the work may be tried again elsewhere because nothing of it can
// have been processed (retry_safe). Text for people is made by to_string; where a person can mend
// the cause (a configuration), use `Problem` of src/config instead.

#include <cstdint>
#include <expected>
#include <string_view>

namespace weir {

enum class ErrorCode : std::uint8_t {
  refused,            // the peer answered the connect with a reset
  timed_out,          // a deadline of ours passed, or the kernel gave up retransmitting
  unreachable,        // no route, or the network said so
  reset,              // the connection was reset
  address_in_use,     // somebody listens there already
  address_not_ours,   // this machine has no such address
  permission_denied,  // for example a port below 1024
  no_descriptors,     // this process or system has no file descriptors left (EMFILE, ENFILE)
  no_ports,           // no local port is left for a connect
  no_memory,          // the kernel has no buffer space left
  name_not_found,     // the resolver knows no such host
  cancelled,          // given up by its owner
  other,
};

enum class Side : std::uint8_t { client, upstream, internal };

struct Error {
  ErrorCode code = ErrorCode::other;
  Side side = Side::internal;
  bool retry_safe = false;

  friend bool operator==(const Error&, const Error&) = default;
};

template <class T = void>
using Result = std::expected<T, Error>;

std::string_view to_string(ErrorCode code) noexcept;  // "refused", "timed out", ...
std::string_view to_string(Side side) noexcept;

}  // namespace weir
