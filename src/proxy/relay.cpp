#include "proxy/relay.hpp"

#include <memory>

#include "io/byte_queue.hpp"
#include "task/either.hpp"

namespace weir::proxy {
namespace {

// So many reads in a row of at least kBulkBytes are bulk data, which is spliced until less comes at
// a time.
constexpr std::size_t kBulkReads = 4;
constexpr std::size_t kBulkBytes = 16 * 1024;

// So many pieces of up to 64 KiB (2 MiB in all, about a millisecond) one direction carries before
// others have their turn. That is long because the kernel widens its receive window only while a
// sender is read without a pause, and with a narrow window the same bytes cost twice the CPU:
// with 16 pieces the benchmark `bulk` is at 2.1 times the floor, with 32 at 1.1.
constexpr std::size_t kPiecesOfTurn = 32;

// Writes what `to` takes and queues the rest. False: `to` has failed.
bool write_or_queue(io::Stream& to, ConstBytes bytes, io::ByteQueue& unsent) {
  const io::IoResult sent = to.try_write(std::span(&bytes, 1));
  if (sent.status != io::IoStatus::ok && sent.status != io::IoStatus::would_block) return false;
  if (sent.bytes < bytes.size()) unsent.push(bytes.subspan(sent.bytes));
  return true;
}

void end_relay(io::World& world, RelayDirection& direction, RelayEnd end) {
  direction.end = end;
  if (end == RelayEnd::finished) direction.to.shutdown_write();
  if (end == RelayEnd::read_failed) direction.to.abort();
  const bool failed = end != RelayEnd::finished;
  if (failed && direction.activity.first_failed == nullptr) {
    direction.activity.first_failed = &direction;
  }
  direction.activity.last = world.timers.now();
  ++direction.activity.directions_ended;
  direction.activity.half_closed.signal();
}

// Which of wait_either(from.broken(), to.writable()) it was.
constexpr std::size_t kFromBroke = 0;

// Writes what `to` did not take at once, as it takes it. A source that fails meanwhile ends the
// direction at once: it may be a long time until `to` takes anything.
task::Task<> write_held(io::World& world, RelayDirection& direction, io::ByteQueue& held) {
  while (!held.empty()) {
    const std::size_t woken =
        co_await task::wait_either(direction.from.broken(), direction.to.writable());
    if (woken == kFromBroke) co_return end_relay(world, direction, RelayEnd::read_failed);
    const io::IoResult sent = held.try_write_to(direction.to);
    if (sent.status == io::IoStatus::ok) {
      direction.activity.last = world.timers.now();
    } else if (sent.status != io::IoStatus::would_block) {
      co_return end_relay(world, direction, RelayEnd::write_failed);
    }
  }
}

// Carries a burst of bulk data without copying it. False: that is not possible or no longer worth
// it, or the direction has ended; true: the source has nothing more for now.
task::Task<bool> splice_burst(io::World& world, RelayDirection& direction) {
  const std::unique_ptr<io::Splice> splice = direction.from.splice_to(direction.to);
  if (splice == nullptr) co_return false;
  for (std::size_t pieces = 1;; ++pieces) {
    const io::IoResult got = splice->try_fill();
    if (got.status == io::IoStatus::would_block) co_return true;
    if (got.status != io::IoStatus::ok) {
      const bool at_end = got.status == io::IoStatus::end;
      end_relay(world, direction, at_end ? RelayEnd::finished : RelayEnd::read_failed);
      co_return false;
    }
    direction.bytes += got.bytes;
    while (splice->held() > 0) {
      direction.activity.last = world.timers.now();
      const io::IoResult sent = splice->try_drain();
      if (sent.status == io::IoStatus::would_block) {
        const std::size_t woken =
            co_await task::wait_either(direction.from.broken(), direction.to.writable());
        if (woken == kFromBroke) {
          end_relay(world, direction, RelayEnd::read_failed);
          co_return false;
        }
      } else if (sent.status != io::IoStatus::ok) {
        end_relay(world, direction, RelayEnd::write_failed);
        co_return false;
      }
    }
    if (got.bytes < kBulkBytes) co_return false;
    if (pieces % kPiecesOfTurn == 0) co_await task::yield(world.run_queue);
  }
}

}  // namespace

task::Task<> relay(io::World& world, RelayDirection& direction) {
  io::ByteQueue unsent(world.buffers);
  std::size_t large_reads = 0;  // in a row: the sign of bulk data
  for (;;) {
    if (large_reads >= kBulkReads) {
      const bool more_to_come = co_await splice_burst(world, direction);
      if (direction.end != RelayEnd::running) co_return;
      if (!more_to_come) large_reads = 0;
      co_await direction.from.readable().wait();
      continue;
    }

    const MutableBytes scratch = world.buffers.scratch();
    const io::IoResult got = direction.from.try_read(scratch);
    if (got.status == io::IoStatus::ok) {
      direction.bytes += got.bytes;
      direction.activity.last = world.timers.now();
      if (!write_or_queue(direction.to, scratch.first(got.bytes), unsent)) {
        co_return end_relay(world, direction, RelayEnd::write_failed);
      }
    } else if (got.status == io::IoStatus::end) {
      co_return end_relay(world, direction, RelayEnd::finished);
    } else if (got.status != io::IoStatus::would_block) {
      co_return end_relay(world, direction, RelayEnd::read_failed);
    }

    if (!unsent.empty()) {
      co_await write_held(world, direction, unsent);
      if (direction.end != RelayEnd::running) co_return;
    }

    large_reads = got.bytes >= kBulkBytes ? large_reads + 1 : 0;
    if (got.bytes == io::BufferPool::kScratchBytes) {
      // There is probably more; others have their turn first.
      co_await task::yield(world.run_queue);
    } else {
      co_await direction.from.readable().wait();  // without the read that would find nothing
    }
  }
}

}  // namespace weir::proxy
