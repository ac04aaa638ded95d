#pragma once
// Stream: an ordered stream of bytes between two peers; a TCP connection in the real world, a
// simulated one in the simulator, TLS over either. Never blocks, never calls back:
//
//   for (;;) {
//     const IoResult got = stream.try_read(buffer);
//     if (got.status != IoStatus::would_block) break;
//     co_await stream.readable().wait();
//   }
//
// Contract, which tests/transport holds every implementation to:
// - try_read and try_write return at once. They may do less than was asked.
// - readable() asks to be told and returns the Event to wait for: it is signalled when try_read
//   would no longer say would_block (level-triggered: at once when that holds already; spurious
//   wake-ups may happen, so loop). Likewise writable(). One waiter for each.
// - broken() is signalled once what comes in has been cut off: once try_read, after the bytes that
//   had arrived before, will say reset, timed_out or failed. Nothing needs to be read to learn of
//   it. Never spurious; not for an end, nor for a failure after the end. One waiter.
// - After `reset` or `failed` a stream stays so for both directions, except that bytes which had
//   arrived before may still be read first. After `end`, try_read stays at `end`.
// - The two directions are independent: after shutdown_write() one can still read, after `end`
//   one can still write.
// - Destroying a Stream closes it: what was written is still delivered, then the end, unless bytes
//   that nobody read are there, in which case the peer sees a reset (RFC 2525, 2.17). To tell the
//   peer of a failure, abort() first.
// - Nobody may wait on a Stream that is destroyed.

#include <memory>
#include <span>

#include "base/bytes.hpp"
#include "base/census.hpp"
#include "base/endpoint.hpp"
#include "io/io_result.hpp"
#include "io/splice.hpp"
#include "task/event.hpp"

namespace weir::io {

class Stream : Counted<Kind::stream> {
 public:
  virtual ~Stream() = default;

  // `into` is not empty and is filled from its beginning.
  virtual IoResult try_read(MutableBytes into) = 0;

  // Writes the pieces in order, as one; at least one byte in all. The bytes are copied before the
  // call returns. Not after shutdown_write().
  virtual IoResult try_write(std::span<const ConstBytes> pieces) = 0;

  virtual task::Event& readable() = 0;
  virtual task::Event& writable() = 0;
  virtual task::Event& broken() = 0;

  // How much of what was written the peer's host has not acknowledged yet: it waits here or on its
  // way. A buffer of the kernel holds megabytes, so that a peer may take a long time bytes after
  // bytes while nothing can be written. 0 once the connection has failed.
  virtual std::size_t unacknowledged() const = 0;

  // Ends the writing direction: the peer reads `end` after what was written. Idempotent.
  virtual void shutdown_write() = 0;

  // Resets the connection: the peer sees `reset`, what is in flight is lost, and waiters of this
  // side wake up to `reset`. Idempotent.
  virtual void abort() = 0;

  // A way to carry bytes from here to `to` without copying; null where there is none (the default)
  // or none is left. Ordinary reads and writes may go on when it is gone.
  virtual std::unique_ptr<Splice> splice_to(Stream& to);

  virtual Endpoint local() const = 0;
  virtual Endpoint peer() const = 0;
};

}  // namespace weir::io
