#pragma once
// IoResult: what one attempt to read or write came to: how many bytes, and why not more.
//
//   const IoResult got = stream.try_read(buffer);   if (got.status == IoStatus::end) ...
//
// The end of a stream and "nothing can be done now" are statuses, not errors.

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace weir::io {

enum class IoStatus : std::uint8_t {
  ok,           // `bytes` is more than zero
  would_block,  // nothing can be done now
  end,          // the peer has shut down its writing side (FIN) and all before it was read
  reset,        // the connection is gone: reset by the peer, or aborted by this side
  timed_out,    // the network gave up: the peer answered nothing for too long
  failed,       // any other error of the connection
};

std::string_view to_string(IoStatus status) noexcept;

struct IoResult {
  std::size_t bytes = 0;  // transferred; zero unless status is ok
  IoStatus status = IoStatus::ok;

  friend bool operator==(const IoResult&, const IoResult&) = default;
};

}  // namespace weir::io
