#include "sim/check/http_gauges.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace weir::sim::check {

void HttpGauges::sample(TimePoint now, const HttpGaugeValues& gauges) {
  most_.requests_in_flight = std::max(most_.requests_in_flight, gauges.requests_in_flight);
  most_.requests_waiting = std::max(most_.requests_waiting, gauges.requests_waiting);
  most_.upstream_open = std::max(most_.upstream_open, gauges.upstream_open);
  most_.upstream_idle = std::max(most_.upstream_idle, gauges.upstream_idle);
  bound(now, gauges.requests_waiting, bounds_.waiting_max, "requests waiting for a backend");
  bound(now, gauges.upstream_open, bounds_.upstream_open_max, "connections to backends");
  bound(now, gauges.upstream_idle, bounds_.upstream_idle_max, "idle connections to backends");
}

void HttpGauges::settled(TimePoint now, const HttpGaugeValues& gauges) {
  bound(now, gauges.requests_in_flight, 0, "requests in flight, though all clients are gone");
  bound(now, gauges.requests_waiting, 0, "requests waiting, though all clients are gone");
}

void HttpGauges::proxy_ended(TimePoint now, const HttpGaugeValues& gauges) {
  settled(now, gauges);
  bound(now, gauges.upstream_open, 0, "connections to backends, though it has ended");
}

void HttpGauges::bound(TimePoint now, std::uint64_t value, std::uint64_t max, const char* what) {
  if (value <= max) return;
  fail(now, fmt::format("the proxy counts {} {}, {} are allowed", value, what, max));
}

std::string HttpGauges::summary() const {
  return fmt::format(
      "at most {} requests in flight, {} waiting, {} connections to backends, {} of "
      "them idle; nothing in the end",
      most_.requests_in_flight, most_.requests_waiting, most_.upstream_open, most_.upstream_idle);
}

}  // namespace weir::sim::check
