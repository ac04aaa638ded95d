#include "sim/fault/fault.hpp"

namespace weir::sim::fault {

const char* to_string(FaultKind kind) noexcept {
  switch (kind) {
    case FaultKind::partition: return "partition";
    case FaultKind::cut: return "cut";
    case FaultKind::heal: return "heal";
    case FaultKind::crash: return "crash";
    case FaultKind::restart: return "restart";
    case FaultKind::power_off: return "power_off";
    case FaultKind::power_on: return "power_on";
    case FaultKind::pause: return "pause";
    case FaultKind::resume: return "resume";
    case FaultKind::reset_connections: return "reset_connections";
    case FaultKind::set_link: return "set_link";
    case FaultKind::short_io: return "short_io";
    case FaultKind::clock_step: return "clock_step";
    case FaultKind::drain_proxy: return "drain_proxy";
  }
  return "unknown";
}

bool can_be_undone(FaultKind kind) noexcept {
  switch (kind) {
    case FaultKind::partition:
    case FaultKind::cut:
    case FaultKind::crash:
    case FaultKind::power_off:
    case FaultKind::pause:
    case FaultKind::set_link:
    case FaultKind::short_io:
    case FaultKind::clock_step: return true;
    case FaultKind::heal:
    case FaultKind::restart:
    case FaultKind::power_on:
    case FaultKind::resume:
    case FaultKind::reset_connections:
    case FaultKind::drain_proxy: return false;
  }
  return false;
}

}  // namespace weir::sim::fault
