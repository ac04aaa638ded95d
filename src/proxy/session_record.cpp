#include "proxy/session_record.hpp"

namespace weir::proxy {

std::string_view to_string(SessionEnd end) noexcept {
  switch (end) {
    case SessionEnd::finished: return "finished";
    case SessionEnd::client_reset: return "client_reset";
    case SessionEnd::upstream_reset: return "upstream_reset";
    case SessionEnd::no_backend: return "no_backend";
    case SessionEnd::idle_timeout: return "idle_timeout";
    case SessionEnd::half_close_timeout: return "half_close_timeout";
    case SessionEnd::cancelled: return "cancelled";
  }
  return "unknown";
}

}  // namespace weir::proxy
