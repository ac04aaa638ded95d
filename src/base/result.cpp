#include "base/result.hpp"

namespace weir {

std::string_view to_string(ErrorCode code) noexcept {
  switch (code) {
    case ErrorCode::refused: return "refused";
    case ErrorCode::timed_out: return "timed out";
    case ErrorCode::unreachable: return "unreachable";
    case ErrorCode::reset: return "reset";
    case ErrorCode::address_in_use: return "address in use";
    case ErrorCode::address_not_ours: return "address is not of this machine";
    case ErrorCode::permission_denied: return "permission denied";
    case ErrorCode::no_descriptors: return "no file descriptors left";
    case ErrorCode::no_ports: return "no local port left";
    case ErrorCode::no_memory: return "no memory left";
    case ErrorCode::name_not_found: return "name not found";
    case ErrorCode::cancelled: return "cancelled";
    case ErrorCode::other: return "other error";
  }
  return "unknown error";
}

std::string_view to_string(Side side) noexcept {
  switch (side) {
    case Side::client: return "client";
    case Side::upstream: return "upstream";
    case Side::internal: return "internal";
  }
  return "unknown side";
}

}  // namespace weir
