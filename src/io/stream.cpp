#include "io/stream.hpp"

namespace weir::io {

std::string_view to_string(IoStatus status) noexcept {
  switch (status) {
    case IoStatus::ok: return "ok";
    case IoStatus::would_block: return "would block";
    case IoStatus::end: return "end";
    case IoStatus::reset: return "reset";
    case IoStatus::timed_out: return "timed out";
    case IoStatus::failed: return "failed";
  }
  return "unknown status";
}

std::unique_ptr<Splice> Stream::splice_to(Stream&) { return nullptr; }

}  // namespace weir::io
