#pragma once
// Trace: the fingerprint of a run. Every observable event goes through record(); a rolling 64-bit
// hash over (time, kind, actor, size, order) is always on, and two runs are the same run exactly
// when their hashes are equal.
//
// Every kCheckpointEvery events the hash is kept, so that two runs that differ are bisected to the
// stretch where they part, and from there, with a sink, to the first event that differs.

#include <cstdint>
#include <vector>

#include "base/time.hpp"

namespace weir::sim {

enum class EventKind : std::uint8_t {
  // network, recorded by sim/world; `actor` is the connection's number, `size` is bytes
  syn,
  syn_dropped,
  accepted,
  connected,
  refused,
  data,
  window,
  fin,
  rst,
  gave_up,
  // hosts; `actor` is the host's number
  started,
  crashed,
  powered_off,
  powered_on,
  paused,
  resumed,
  // faults on links; `actor` is source host * 65536 + destination host
  link_cut,
  link_healed,
  link_changed,
  // programs: models and oracles; `actor` is theirs to number
  request_sent,
  request_done,
  request_failed,
  session_ended,
  note,
};

const char* to_string(EventKind kind) noexcept;  // "syn", "syn_dropped", ...

struct Event {
  TimePoint at;
  std::uint64_t number;  // of the event in its run, from 0
  EventKind kind;
  std::uint64_t actor;
  std::uint64_t size;

  friend bool operator==(const Event&, const Event&) = default;
};

class Trace {
 public:
  static constexpr std::uint64_t kCheckpointEvery = 1024;
  static constexpr std::size_t kCheckpointsMax = 1 << 20;

  class Sink {
   public:
    virtual void on_event(const Event& event) = 0;

   protected:
    ~Sink() = default;
  };

  void record(TimePoint at, EventKind kind, std::uint64_t actor, std::uint64_t size) noexcept;

  std::uint64_t hash() const noexcept { return hash_; }
  std::uint64_t events() const noexcept { return events_; }
  const std::vector<std::uint64_t>& checkpoints() const noexcept { return checkpoints_; }

  // Told of every event from now on; nullptr for none. Not owned.
  void set_sink(Sink* sink) noexcept { sink_ = sink; }

 private:
  std::uint64_t hash_ = 0x9E3779B97F4A7C15ULL;
  std::uint64_t events_ = 0;
  std::vector<std::uint64_t> checkpoints_;
  Sink* sink_ = nullptr;
};

}  // namespace weir::sim
