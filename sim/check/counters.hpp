#pragma once
// Counters: what a run counted, by name: scenarios set bounds on them, and `weir-sim run` prints
// them.
//
//   counters[Counter::complete] += 1;
//   const CounterName& name = name_of(Counter::complete);     // "complete", a count
//   const std::optional<Counter> found = find_counter("in_flight_max");
//
// A new counter is an enumerator and a line in the table of counters.cpp, in the same order.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace weir::sim::check {

enum class Counter : std::uint8_t {
  connections,
  connected,
  closed_cleanly,
  exchanges,
  complete,
  refused,
  reset,
  timed_out,
  failed,
  gave_up,
  cut_short,
  corrupt,
  quit,
  abandoned,
  error_answer,
  complete_within_1s,
  answer_time_mean,
  answer_time_p50,
  answer_time_p99,
  answer_time_max,
  answers_4xx,
  answers_5xx,
  own_answers,
  own_400,
  own_408,
  own_429,
  own_502,
  own_503,
  own_504,
  retried,
  attempts,
  attempts_reused,
  requests_processed,
  requests_repeated,
  requests_least,
  requests_most,
  keys_moved,
  probes,
  probes_burst,
  health_downs,
  health_ups,
  first_down,
  first_up,
  upstream_idle_max,
  waiting_max,
  sessions,
  sessions_finished,
  sessions_client_reset,
  sessions_upstream_reset,
  sessions_no_backend,
  sessions_idle_timeout,
  sessions_half_close_timeout,
  sessions_cancelled,
  connects_failed,
  open_max,
  accept_pauses,
  backend_accepted,
  backend_accepted_least,
  backend_accepted_most,
  backend_resets,
  bytes_up,
  bytes_down,
  in_flight_max,
  buffers_max,
  clients_done,
  drain_time,
};

inline constexpr std::size_t kCounters = static_cast<std::size_t>(Counter::drain_time) + 1;

enum class Unit : std::uint8_t { count, bytes, time };

struct CounterName {
  const char* name;
  Unit unit;
  const char* meaning;
};

const CounterName& name_of(Counter counter) noexcept;
std::optional<Counter> find_counter(std::string_view name) noexcept;

// What a percentage of this counter is of: complete of exchanges, sessions_finished of sessions.
std::optional<Counter> whole_of(Counter counter) noexcept;

class Counters {
 public:
  std::int64_t& operator[](Counter counter) noexcept {
    return values_[static_cast<std::size_t>(counter)];
  }
  std::int64_t operator[](Counter counter) const noexcept {
    return values_[static_cast<std::size_t>(counter)];
  }

 private:
  std::array<std::int64_t, kCounters> values_{};
};

std::string text_of(Unit unit, std::int64_t value);  // "1,204", "64 KiB", "1.5 ms"

}  // namespace weir::sim::check
