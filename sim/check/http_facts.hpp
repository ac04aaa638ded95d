#pragma once
// What is known of HTTP in a run, and the bounds that its scenario gives the proxy. Plain data.
//
// HttpGaugeValues: what the proxy counts of itself now, as an observer sees it (ProxyProbe); a
// proxy that knows no HTTP counts nothing.

#include <cstdint>
#include <limits>

#include "base/time.hpp"

namespace weir::sim::check {

struct HttpGaugeValues {
  std::uint64_t requests_in_flight = 0;  // sent to a backend and not done with
  std::uint64_t requests_waiting = 0;    // for a connection to a backend
  std::uint64_t upstream_open = 0;       // connections to backends, idle ones included
  std::uint64_t upstream_idle = 0;
};

struct HttpBounds {
  // Of a request, from its beginning or the answer before it, to its end as its client sees it.
  Duration request_timeout = Duration::max();
  std::uint64_t attempts_max = 2;  // that backends may begin to act on, of an idempotent request
  std::uint64_t waiting_max = std::numeric_limits<std::uint64_t>::max();
  std::uint64_t upstream_open_max = std::numeric_limits<std::uint64_t>::max();
  std::uint64_t upstream_idle_max = std::numeric_limits<std::uint64_t>::max();
};

}  // namespace weir::sim::check
