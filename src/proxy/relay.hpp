#pragma once
// relay: carries the bytes of one direction from one stream to the other, until that direction has
// ended. A TCP session is two of them.
//
//   RelayDirection up(client, upstream, activity);
//   co_await relay(world, up);
//
// The end of `from` becomes a shutdown of `to` after all bytes are written (half-close). A reset of
// `from` becomes a reset of `to`, at once, even while `to` takes nothing: a truncated stream must
// not look complete. When `to` fails, the relay ends and touches nothing, because bytes that `to`
// sent before it failed may still be on their way in the other direction; the session resets both
// when both are done.
//
// Bulk data is spliced inside the kernel where the streams can do that; what is held then is in a
// pipe of the kernel (64 KiB).
//
// Bounds: reads go into the worker's scratch buffer; what `to` does not take at once is kept in
// blocks borrowed from the worker's pool, at most one scratch buffer (64 KiB), and nothing more is
// read until it is gone. So a slow reader slows its writer, and an idle direction holds no buffer.
// Waits have no deadline of their own: the session's idle timer is around them.

#include <cstdint>

#include "io/stream.hpp"
#include "io/world.hpp"
#include "task/task.hpp"

namespace weir::proxy {

enum class RelayEnd : std::uint8_t { running, finished, read_failed, write_failed };

struct RelayDirection;

// What the two directions of a session tell it.
struct SessionActivity {
  explicit SessionActivity(task::RunQueue& run_queue) : half_closed(run_queue) {}
  TimePoint last{};                              // when a byte or an end came, in either direction
  const RelayDirection* first_failed = nullptr;  // the other one's failure is its consequence
  std::uint32_t directions_ended = 0;
  task::Event half_closed;  // signalled when a direction has ended
};

// Owned by the session, which outlives the relay.
struct RelayDirection {
  RelayDirection(io::Stream& source, io::Stream& destination, SessionActivity& session)
      : from(source), to(destination), activity(session) {}
  io::Stream& from;
  io::Stream& to;
  SessionActivity& activity;
  std::uint64_t bytes = 0;  // read so far
  RelayEnd end = RelayEnd::running;
};

// Both references outlive the Task.
task::Task<> relay(io::World& world, RelayDirection& direction);

}  // namespace weir::proxy
