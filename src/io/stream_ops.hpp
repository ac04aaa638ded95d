#pragma once
// Whole operations on a Stream, for code that is not in a hurry: probes, model backends, tests.
// The data path itself (src/proxy) talks to try_read and try_write directly.
//
//   const IoResult got = co_await read_some(stream, buffer, timers, deadline);
//   const IoStatus sent = co_await write_all(stream, bytes, timers, deadline);
//
// The stream, the timers and the bytes outlive the Task. A deadline that passes gives
// IoStatus::timed_out and leaves the stream usable.

#include "io/stream.hpp"
#include "task/task.hpp"

namespace weir::io {

// Waits for at least one byte, the end or a failure.
task::Task<IoResult> read_some(Stream& stream, MutableBytes into, task::Timers& timers,
                               TimePoint deadline);

// Fills `into` wholly. `bytes` says how much arrived; the status is that of the read that stopped
// short (end, reset, ...), or ok.
task::Task<IoResult> read_exactly(Stream& stream, MutableBytes into, task::Timers& timers,
                                  TimePoint deadline);

// ok when all was taken by the stream.
task::Task<IoStatus> write_all(Stream& stream, ConstBytes bytes, task::Timers& timers,
                               TimePoint deadline);

}  // namespace weir::io
