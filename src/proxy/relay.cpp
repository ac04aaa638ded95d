#include "proxy/relay.hpp"

#include <memory>

#include "io/byte_queue.hpp"

namespace weir::proxy {
namespace {

// So many reads in a row that filled the scratch buffer are bulk data, which is spliced until less
// than kBulkBytes comes at a time.
constexpr std::size_t kFullReadsOfBulk = 4;
constexpr std::size_t kBulkBytes = 16 * 1024;

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

// Carries a burst of bulk data without copying it. False: that is not possible or no longer worth
// it, or the direction has ended; true: the source has nothing more for now.
task::Task<bool> splice_burst(io::World& world, RelayDirection& direction) {
  const std::unique_ptr<io::Splice> splice = direction.from.splice_to(direction.to);
  if (splice == nullptr) co_return false;
  for (;;) {
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
        co_await direction.to.writable().wait();
      } else if (sent.status != io::IoStatus::ok) {
        end_relay(world, direction, RelayEnd::write_failed);
        co_return false;
      }
    }
    if (got.bytes < kBulkBytes) co_return false;
    co_await task::yield(world.run_queue);
  }
}

}  // namespace

task::Task<> relay(io::World& world, RelayDirection& direction) {
  io::ByteQueue unsent(world.buffers);
  std::size_t full_reads = 0;  // in a row: the sign of bulk data
  for (;;) {
    if (full_reads >= kFullReadsOfBulk) {
      const bool more_to_come = co_await splice_burst(world, direction);
      if (direction.end != RelayEnd::running) co_return;
      if (!more_to_come) full_reads = 0;
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

    while (!unsent.empty()) {
      co_await direction.to.writable().wait();
      const io::IoResult sent = unsent.try_write_to(direction.to);
      if (sent.status == io::IoStatus::ok) {
        direction.activity.last = world.timers.now();
      } else if (sent.status != io::IoStatus::would_block) {
        co_return end_relay(world, direction, RelayEnd::write_failed);
      }
    }

    if (got.bytes == io::BufferPool::kScratchBytes) {
      ++full_reads;
      co_await task::yield(
          world.run_queue);  // there is probably more; others have their turn first
    } else {
      full_reads = 0;
      co_await direction.from.readable().wait();  // without the read that would find nothing
    }
  }
}

}  // namespace weir::proxy
