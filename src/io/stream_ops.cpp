#include "io/stream_ops.hpp"

namespace weir::io {

task::Task<IoResult> read_some(Stream& stream, MutableBytes into, task::Timers& timers,
                               TimePoint deadline) {
  for (;;) {
    const IoResult got = stream.try_read(into);
    if (got.status != IoStatus::would_block) co_return got;
    const task::Wakeup wakeup = co_await stream.readable().wait_until(timers, deadline);
    if (wakeup == task::Wakeup::timed_out) co_return IoResult(0, IoStatus::timed_out);
  }
}

task::Task<IoResult> read_exactly(Stream& stream, MutableBytes into, task::Timers& timers,
                                  TimePoint deadline) {
  std::size_t filled = 0;
  while (filled < into.size()) {
    const MutableBytes rest = into.subspan(filled);
    const IoResult got = co_await read_some(stream, rest, timers, deadline);
    if (got.status != IoStatus::ok) co_return IoResult(filled, got.status);
    filled += got.bytes;
  }
  co_return IoResult(filled, IoStatus::ok);
}

task::Task<IoStatus> write_all(Stream& stream, ConstBytes bytes, task::Timers& timers,
                               TimePoint deadline) {
  while (!bytes.empty()) {
    const IoResult sent = stream.try_write(std::span(&bytes, 1));
    if (sent.status == IoStatus::ok) {
      bytes = bytes.subspan(sent.bytes);
      continue;
    }
    if (sent.status != IoStatus::would_block) co_return sent.status;
    const task::Wakeup wakeup = co_await stream.writable().wait_until(timers, deadline);
    if (wakeup == task::Wakeup::timed_out) co_return IoStatus::timed_out;
  }
  co_return IoStatus::ok;
}

}  // namespace weir::io
