#pragma once
// FaultyStream: a Stream that goes wrong at the nth operation, or moves few bytes at a time.
//
//   for (std::size_t n = 0;; ++n) {                     // try every place where it can fail
//     FaultyStream stream(std::move(pipe), {.fail_at = n, .status = IoStatus::reset});
//     ...run the code, check that it gives up cleanly...
//     if (stream.operations() <= n) break;              // the code was done before
//   }
//
// try_read and try_write are counted together, from 0; a call that would block counts too. What
// `status` makes of operation `fail_at`:
//   reset, timed_out, failed   the stream is broken from then on; the peer sees a reset
//   end                        that read and all later ones end (a write there goes through, and
//                              the next read ends); writing goes on
//   would_block                this one call does nothing, though it could; the next goes through
// In every other respect it keeps the contract of Stream, so code that copes with any Stream copes
// with this one.

#include <cstddef>
#include <cstdint>
#include <memory>

#include "io/stream.hpp"

namespace weir::test {

struct Faults {
  std::size_t fail_at = SIZE_MAX;
  io::IoStatus status = io::IoStatus::reset;
  std::size_t step_bytes_max = SIZE_MAX;  // of one operation; 1 for the shortest reads and writes
};

class FaultyStream final : public io::Stream {
 public:
  FaultyStream(std::unique_ptr<io::Stream> inner, Faults faults);

  std::size_t operations() const noexcept { return operations_; }

  io::IoResult try_read(MutableBytes into) override;
  io::IoResult try_write(std::span<const ConstBytes> pieces) override;
  task::Event& readable() override;
  task::Event& writable() override { return inner_->writable(); }
  task::Event& broken() override { return inner_->broken(); }
  std::size_t unacknowledged() const override { return inner_->unacknowledged(); }
  void shutdown_write() override { inner_->shutdown_write(); }
  void abort() override;
  Endpoint local() const override { return inner_->local(); }
  Endpoint peer() const override { return inner_->peer(); }

 private:
  bool fails_now();  // counts one operation; true when it is the one that only seems to block

  std::unique_ptr<io::Stream> inner_;
  const Faults faults_;
  std::size_t operations_ = 0;
  io::IoStatus broken_ = io::IoStatus::ok;  // what every operation says, once it is not ok
  bool ended_ = false;
};

}  // namespace weir::test
