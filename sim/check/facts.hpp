#pragma once
// Facts: what is known of a run, collected by the Panel and judged by the oracles. Plain data.
//
// ConnectionFacts: a client's connection. SessionFacts: what the proxy said of one of its sessions.
// They are matched by the client's address (Panel). WorkerFacts: what is left of a worker when it
// has ended, or was given up on.

#include <cstdint>
#include <optional>

#include "base/endpoint.hpp"
#include "proxy/session_record.hpp"
#include "sim/check/http_facts.hpp"
#include "sim/model/lane.hpp"
#include "sim/model/witness.hpp"

namespace weir::sim::check {

struct SessionFacts {
  std::size_t worker = 0;  // counts on when a worker is started again
  TimePoint accepted_at{};
  TimePoint ended_at{};
  proxy::SessionRecord record;
};

struct ConnectionFacts {
  TimePoint begun_at{};
  std::optional<TimePoint> connected_at;  // as its client saw it
  std::optional<TimePoint> closed_at;
  Endpoint local;  // set once connected
  bool cleanly = false;
  model::Lane* up = nullptr;          // null until it opens
  model::Lane* down = nullptr;        // likewise; of a source: once the client claimed it
  TimePoint exchange_begun_at{};      // of the last exchange
  std::optional<TimePoint> error_at;  // of the exchange that ended in an error
  model::Outcome error = model::Outcome::complete;
};

struct WorkerFacts {
  std::uint64_t accepted = 0;
  std::uint64_t open_sessions = 0;  // that it still counts at its end
  std::uint64_t accept_pauses = 0;
  std::uint64_t open_max = 0;
  bool ended = false;          // its run() returned
  bool died = false;           // with its host
  bool tells_sessions = true;  // false: of HTTP connections, it tells of requests instead
};

// The bounds that a scenario gives the proxy, and how much later than exact its oracles tolerate.
struct Bounds {
  Duration connect_timeout{0};
  Duration idle_timeout{0};
  Duration half_close_timeout{0};
  Duration drain_timeout{0};
  std::uint64_t backends = 1;
  std::uint64_t connections_max = UINT64_MAX;  // of one worker
  Duration network_delay{0};                   // at most, for anything under way; faults aside
  Duration slack{0};                           // what the network may delay, faults aside
  std::uint64_t in_flight_up_max = 0;          // bytes on the way from a client to its backend
  std::uint64_t in_flight_down_max = 0;
  HttpBounds http{};
};

}  // namespace weir::sim::check
