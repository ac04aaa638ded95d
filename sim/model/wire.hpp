#pragma once
// Wire: a stream that a model reads and writes with the manners that its scenario gives it: slowly,
// late, or breaking off at a byte.
//
//   Wire wire(world, std::move(stream), manners);
//   const Wire::Read got = co_await wire.read(4096, deadline);
//   const Step sent = co_await wire.write(bytes, deadline);
//
// One coroutine at a time reads, one writes. Destroying it closes the connection; after an error of
// its own its owner calls abort() first, so that the peer sees a reset.

#include <memory>

#include "io/world.hpp"
#include "sim/model/channel.hpp"
#include "task/task.hpp"

namespace weir::sim::model {

// A connection's own manners: its side's, without the trouble that only a share of connections has.
Manners draw_manners(const Manners& manners, Random& random);

class Wire {
 public:
  struct Read {
    Step step;           // ok: at least one byte
    MutableBytes bytes;  // in the scratch buffer: valid until the next wait
  };

  // The World outlives it.
  Wire(io::World& world, std::unique_ptr<io::Stream> stream, const Manners& manners);

  task::Task<Read> read(std::size_t bytes_max, TimePoint deadline);
  task::Task<Step> write(ConstBytes bytes, TimePoint deadline);  // all of them; they outlive it

  void end_writing();  // half-close; idempotent
  void abort();        // reset; idempotent

 private:
  task::Task<Step> misbehave(TimePoint deadline);
  task::Task<Step> wait_until(TimePoint when, TimePoint deadline);
  bool trouble_is_due() const noexcept;
  std::size_t before_trouble(std::uint64_t so_far, std::uint64_t limit, std::size_t bytes) const;

  io::World& world_;
  Manners manners_;
  bool gone_ = false;  // reset by this side
  bool hangs_ = false;
  bool ended_ = false;  // its own direction
  std::uint64_t sent_ = 0;
  std::uint64_t received_ = 0;
  TimePoint next_read_;
  TimePoint next_write_;
  std::unique_ptr<io::Stream> stream_;
};

}  // namespace weir::sim::model
