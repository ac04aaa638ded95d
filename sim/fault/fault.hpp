#pragma once
// Fault: one entry of a fault plan: what happens, to whom, when, and for how long. Plain data, made
// by sim/scenario, carried out by fault::Injector.
//
//   Fault fault;
//   fault.kind = FaultKind::power_off;  fault.at = 2s;  fault.lasts = 3s;  fault.hosts = {"b1"};
//
// Names are of hosts that exist. A fault of a host that is down already does nothing.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/random.hpp"
#include "base/time.hpp"

namespace weir::sim::fault {

enum class FaultKind : std::uint8_t {
  partition,          // nothing passes between `from` and `to`, in either direction
  cut,                // nothing passes from `from` to `to`
  heal,               // both directions pass again
  crash,              // the processes of `hosts` die; their kernels close their sockets
  restart,            // and are started again
  power_off,          // `hosts` fall silent
  power_on,           // and boot
  pause,              // the processes of `hosts` stand still, their kernels go on
  resume,             // and go on
  reset_connections,  // a middlebox resets all connections between `from` and `to`
  set_link,           // what is set in `link` changes on the links between `from` and `to`
  short_io,           // reads and writes of `hosts` are short with `probability`
  clock_step,         // the wall clocks of `hosts` jump by `step`
  drain_proxy,        // the proxy is told to drain
};

inline constexpr std::size_t kFaultKinds = 14;

const char* to_string(FaultKind kind) noexcept;  // "partition", ...

// Whether `lasts` means something: the fault has an opposite that undoes it.
bool can_be_undone(FaultKind kind) noexcept;

struct LinkChange {
  std::optional<Duration> latency;
  std::optional<Duration> jitter;
  std::optional<std::uint64_t> bytes_per_second;
  std::optional<Ratio> loss;
  std::optional<Duration> retransmit_after;
  bool one_way = false;  // only from `from` to `to`
};

struct Fault {
  FaultKind kind = FaultKind::partition;
  Duration at{0};                    // since the beginning of the run
  std::optional<Duration> lasts{};   // nothing: to the end of the run
  std::vector<std::string> hosts{};  // of faults of hosts
  std::vector<std::string> from{};   // of faults of links: every host here ...
  std::vector<std::string> to{};     // ... with every host here
  LinkChange link{};
  Ratio probability{};
  Duration step{0};
};

}  // namespace weir::sim::fault
