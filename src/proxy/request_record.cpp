#include "proxy/request_record.hpp"

namespace weir::proxy {

std::string_view to_string(AttemptEnd end) noexcept {
  switch (end) {
    case AttemptEnd::running: return "running";
    case AttemptEnd::answered: return "answered";
    case AttemptEnd::connect_failed: return "connect_failed";
    case AttemptEnd::connect_timeout: return "connect_timeout";
    case AttemptEnd::closed: return "closed";
    case AttemptEnd::first_byte_timeout: return "first_byte_timeout";
    case AttemptEnd::bad_response: return "bad_response";
    case AttemptEnd::truncated: return "truncated";
    case AttemptEnd::body_timeout: return "body_timeout";
    case AttemptEnd::client_gone: return "client_gone";
    case AttemptEnd::cancelled: return "cancelled";
  }
  return "unknown";
}

std::string_view to_string(RequestEnd end) noexcept {
  switch (end) {
    case RequestEnd::complete: return "complete";
    case RequestEnd::answered_by_us: return "answered_by_us";
    case RequestEnd::client_gone: return "client_gone";
    case RequestEnd::truncated: return "truncated";
    case RequestEnd::client_timeout: return "client_timeout";
    case RequestEnd::upgraded: return "upgraded";
    case RequestEnd::cancelled: return "cancelled";
  }
  return "unknown";
}

}  // namespace weir::proxy
