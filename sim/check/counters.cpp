#include "sim/check/counters.hpp"

#include <fmt/format.h>

#include "sim/check/oracle.hpp"

namespace weir::sim::check {
namespace {

constexpr std::array<CounterName, kCounters> kNames = {{
    {"connections", Unit::count, "connections that clients began"},
    {"connected", Unit::count, "of these, how many were made"},
    {"closed_cleanly", Unit::count, "of these, how many ended with both ends, after all bytes"},
    {"exchanges", Unit::count, "exchanges that clients began"},
    {"complete", Unit::count, "exchanges whose every byte arrived"},
    {"refused", Unit::count, "exchanges whose connect was refused"},
    {"reset", Unit::count, "exchanges that ended with a reset"},
    {"timed_out", Unit::count, "exchanges on which the network gave up"},
    {"failed", Unit::count, "exchanges that ended with another error"},
    {"gave_up", Unit::count, "exchanges that outlasted their client's patience"},
    {"cut_short", Unit::count, "exchanges that ended cleanly before all bytes were there"},
    {"corrupt", Unit::count, "exchanges with wrong bytes"},
    {"quit", Unit::count, "exchanges that the client broke off, as told"},
    {"abandoned", Unit::count, "exchanges whose client died"},
    {"error_answer", Unit::count, "exchanges whose answer says no: a status of 400 or more"},
    {"complete_within_1s", Unit::count, "exchanges that were complete within a second"},
    {"answer_time_mean", Unit::time, "of complete exchanges, from their beginning to the end"},
    {"answer_time_p50", Unit::time, "that half of the complete exchanges do not exceed"},
    {"answer_time_p99", Unit::time, "that 99 in 100 complete exchanges do not exceed"},
    {"answer_time_max", Unit::time, "of the slowest complete exchange"},
    {"answers_4xx", Unit::count, "answers that blame the client"},
    {"answers_5xx", Unit::count, "answers that blame the server"},
    {"own_answers", Unit::count, "answers that the proxy made itself"},
    {"own_400", Unit::count, "of these, how many were 400 (Bad Request)"},
    {"own_408", Unit::count, "of these, how many were 408 (Request Timeout)"},
    {"own_429", Unit::count, "of these, how many were 429 (Too Many Requests)"},
    {"own_502", Unit::count, "of these, how many were 502 (Bad Gateway)"},
    {"own_503", Unit::count, "of these, how many were 503 (Service Unavailable)"},
    {"own_504", Unit::count, "of these, how many were 504 (Gateway Timeout)"},
    {"retried", Unit::count, "requests for which the proxy made more than one attempt"},
    {"attempts", Unit::count, "times that the proxy offered a request to a backend"},
    {"attempts_reused", Unit::count, "of these, on a connection that was there already"},
    {"requests_processed", Unit::count, "times that a backend began to act on a request"},
    {"requests_repeated", Unit::count, "of these, how many were not the first of their request"},
    {"requests_least", Unit::count, "by the backend that acted on fewest"},
    {"requests_most", Unit::count, "by the backend that acted on most"},
    {"keys_moved", Unit::count, "of these, not on the backend that the same key had before"},
    {"probes", Unit::count, "health checks that backends saw"},
    {"probes_burst", Unit::count, "the most of these within 50 ms"},
    {"health_downs", Unit::count, "times that health checks took a backend out of rotation"},
    {"health_ups", Unit::count, "times that health checks took a backend into rotation"},
    {"first_down", Unit::time, "when a backend was first taken out, since the beginning"},
    {"first_up", Unit::time, "when one that had been taken out was first back, likewise"},
    {"upstream_idle_max", Unit::count, "the most idle connections that the proxy kept to backends"},
    {"waiting_max", Unit::count, "the most requests that waited for a connection to a backend"},
    {"sessions", Unit::count, "connections that the proxy accepted"},
    {"sessions_finished", Unit::count, "sessions that ended as finished"},
    {"sessions_client_reset", Unit::count, "sessions that the client reset"},
    {"sessions_upstream_reset", Unit::count, "sessions that the backend reset"},
    {"sessions_no_backend", Unit::count, "sessions for which no backend was found"},
    {"sessions_idle_timeout", Unit::count, "sessions that ended by idle_timeout"},
    {"sessions_half_close_timeout", Unit::count, "sessions that ended by half_close_timeout"},
    {"sessions_cancelled", Unit::count, "sessions that were cut at the end of a drain"},
    {"connects_failed", Unit::count, "backends that the proxy tried in vain"},
    {"open_max", Unit::count, "the most sessions that one worker had open"},
    {"accept_pauses", Unit::count, "times that a worker ran out of descriptors"},
    {"backend_accepted", Unit::count, "connections that backends accepted"},
    {"backend_accepted_least", Unit::count, "by the backend that accepted fewest"},
    {"backend_accepted_most", Unit::count, "by the backend that accepted most"},
    {"backend_resets", Unit::count, "connections on which a backend saw a reset"},
    {"bytes_up", Unit::bytes, "that backends received"},
    {"bytes_down", Unit::bytes, "that clients received"},
    {"in_flight_max", Unit::bytes, "the most that was sent and not received, in one direction"},
    {"buffers_max", Unit::bytes, "the most that the proxy's buffer pool had lent"},
    {"clients_done", Unit::time, "when the last client was done, since the beginning"},
    {"drain_time", Unit::time, "from a drain to the end of the last worker"},
}};

static_assert(kNames.back().name != nullptr, "every counter has a line in the table");

}  // namespace

const CounterName& name_of(Counter counter) noexcept {
  return kNames[static_cast<std::size_t>(counter)];
}

std::optional<Counter> find_counter(std::string_view name) noexcept {
  for (std::size_t i = 0; i < kCounters; ++i) {
    if (kNames[i].name == name) return static_cast<Counter>(i);
  }
  return std::nullopt;
}

std::optional<Counter> whole_of(Counter counter) noexcept {
  if (counter >= Counter::complete && counter <= Counter::complete_within_1s) {
    return Counter::exchanges;
  }
  if (counter >= Counter::answers_4xx && counter <= Counter::retried) return Counter::exchanges;
  if (counter >= Counter::sessions_finished && counter <= Counter::sessions_cancelled) {
    return Counter::sessions;
  }
  switch (counter) {
    case Counter::connected:
    case Counter::closed_cleanly:
    case Counter::sessions: return Counter::connections;
    case Counter::backend_accepted: return Counter::sessions;
    case Counter::attempts_reused: return Counter::attempts;
    case Counter::keys_moved:
    case Counter::requests_repeated:
    case Counter::requests_least:
    case Counter::requests_most: return Counter::requests_processed;
    case Counter::backend_accepted_least:
    case Counter::backend_accepted_most: return Counter::backend_accepted;
    default: return std::nullopt;
  }
}

std::string text_of(Unit unit, std::int64_t value) {
  switch (unit) {
    case Unit::count: return text_of_count(static_cast<std::uint64_t>(value));
    case Unit::time: return text_of(Duration(value));
    case Unit::bytes: break;
  }
  if (value % 1024 != 0 || value == 0) {
    return text_of_count(static_cast<std::uint64_t>(value)) + " B";
  }
  return text_of_count(static_cast<std::uint64_t>(value / 1024)) + " KiB";
}

}  // namespace weir::sim::check
