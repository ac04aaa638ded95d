#include "backend/channel.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "base/assert.hpp"

namespace weir::backend {
namespace {

// What one connection moves before it lets the others have a turn.
constexpr std::size_t kBurstBytesMax = 1024 * 1024;

constexpr std::size_t kPiecesMax = 8;  // of one gathering write
constexpr Duration kLingerMax = std::chrono::seconds(2);

}  // namespace

Channel::Channel(Worker& worker, std::unique_ptr<io::Stream> stream)
    : worker_(worker),
      stream_(std::move(stream)),
      unsent_(worker.world.buffers),
      kept_(worker.world.buffers),
      last_activity_(worker.world.timers.now()) {
  worker_.counters.add(Count::accepted);
  worker_.world.timers.set(*this, after(last_activity_, worker_.site.options().idle_timeout));
}

Channel::~Channel() { worker_.counters.add(Count::closed); }

Refill Channel::refill() {
  ASSERT(input_.empty() && worker_.staging.empty(), "input is used up and output is flushed");
  if (input_is_kept_) {
    kept_.drop_front();
    input_is_kept_ = !kept_.empty();
    if (input_is_kept_) {
      input_ = kept_.front();
      return Refill::ready;
    }
  }
  if (broken_ || expired_) return Refill::over;
  if (burst_bytes_ > kBurstBytesMax) return Refill::yield;
  if (std::exchange(wait_first_, false)) {
    burst_bytes_ = 0;
    return Refill::wait;
  }
  const MutableBytes scratch = worker_.world.buffers.scratch();
  const io::IoResult got = stream_->try_read(scratch);
  if (got.status == io::IoStatus::would_block) return Refill::wait;
  if (got.status != io::IoStatus::ok) {
    broken_ = got.status != io::IoStatus::end;
    return Refill::over;
  }
  wait_first_ = got.bytes < scratch.size();
  burst_bytes_ += got.bytes;
  worker_.counters.add(Count::bytes_in, got.bytes);
  touch();
  input_ = scratch.first(got.bytes);
  return Refill::ready;
}

void Channel::keep_input() {
  if (input_.empty() || input_is_kept_) return;
  kept_.keep(input_);
  input_ = kept_.front();
  input_is_kept_ = true;
}

void Channel::flush() {
  if (!worker_.staging.empty()) write({});
}

void Channel::write(std::span<const ConstBytes> rest) {
  ASSERT(unsent_.empty() && rest.size() < kPiecesMax, "output keeps its order");
  std::array<ConstBytes, kPiecesMax> pieces;
  std::size_t count = 0;
  if (!worker_.staging.empty()) pieces[count++] = worker_.staging.filled();
  for (const ConstBytes piece : rest) pieces[count++] = piece;
  std::size_t sent = broken_ ? 0 : write_once(std::span(pieces.data(), count)).bytes;
  if (!broken_) {
    for (const ConstBytes piece : std::span(pieces.data(), count)) {
      const std::size_t of_this = std::min(sent, piece.size());
      if (of_this < piece.size()) unsent_.push(piece.subspan(of_this));
      sent -= of_this;
    }
  }
  worker_.staging.clear();
}

bool Channel::write_pattern(PatternBody& body) {
  ASSERT(unsent_.empty(), "output keeps its order");
  std::array<ConstBytes, kPiecesMax> pieces;
  const ConstBytes staged = worker_.staging.filled();
  std::size_t count = 0;
  if (!staged.empty()) pieces[count++] = staged;
  count += body.gather(std::span(pieces).subspan(count));
  const io::IoResult sent = write_once(std::span(pieces.data(), count));
  if (sent.bytes < staged.size()) {
    if (!broken_) unsent_.push(staged.subspan(sent.bytes));
  } else {
    body.advance(sent.bytes - staged.size());
  }
  worker_.staging.clear();
  return sent.status == io::IoStatus::ok && burst_bytes_ <= kBurstBytesMax;
}

io::IoResult Channel::write_once(std::span<const ConstBytes> pieces) {
  const io::IoResult sent = stream_->try_write(pieces);
  if (sent.status == io::IoStatus::ok) {
    worker_.counters.add(Count::bytes_out, sent.bytes);
    burst_bytes_ += sent.bytes;
    touch();
  } else if (sent.status != io::IoStatus::would_block) {
    broken_ = true;
  }
  return sent;
}

task::Task<> Channel::drain() {
  while (!broken_ && !unsent_.empty()) {
    co_await writable();
    if (broken_) break;
    const io::IoResult sent = unsent_.try_write_to(*stream_);
    if (sent.status == io::IoStatus::ok) {
      worker_.counters.add(Count::bytes_out, sent.bytes);
      touch();
    } else if (sent.status != io::IoStatus::would_block) {
      broken_ = true;
    }
  }
  if (broken_) unsent_.clear();
}

task::Task<> Channel::writable() {
  ASSERT(worker_.staging.empty(), "the staging buffer is free for others during a wait");
  if (burst_bytes_ > kBurstBytesMax) co_await yield();
  keep_input();
  burst_bytes_ = 0;
  co_await stream_->writable().wait();
  if (expired_ && !broken_) reset();  // a client that does not read
}

// A timer rather than the RunQueue: it ends only in the next turn, after sockets were looked at.
task::Task<> Channel::yield() {
  keep_input();
  burst_bytes_ = 0;
  const TimePoint next_turn = worker_.world.timers.now() + Duration(1);
  co_await task::sleep_until(worker_.world.run_queue, worker_.world.timers, next_turn);
}

task::Task<> Channel::pause(Duration duration) {
  flush();
  if (has_unsent()) co_await drain();
  keep_input();
  const TimePoint until = after(worker_.world.timers.now(), duration);
  last_activity_ = until;
  co_await task::sleep_until(worker_.world.run_queue, worker_.world.timers, until);
}

task::Task<> Channel::discard_input() {
  for (;;) {
    input_ = {};
    const Refill refilled = refill();
    if (refilled == Refill::over) break;
    if (refilled == Refill::wait) co_await stream_->readable().wait();
    if (refilled == Refill::yield) co_await yield();
  }
}

task::Task<> Channel::close(bool linger) {
  flush();
  if (has_unsent()) co_await drain();
  if (broken_) co_return;
  stream_->shutdown_write();
  const TimePoint deadline = after(worker_.world.timers.now(), kLingerMax);
  for (std::size_t read = 0; linger && read < kBurstBytesMax;) {
    const io::IoResult got = stream_->try_read(worker_.world.buffers.scratch());
    if (got.status == io::IoStatus::ok) {
      read += got.bytes;
    } else if (got.status == io::IoStatus::would_block) {
      const task::Wakeup wakeup =
          co_await stream_->readable().wait_until(worker_.world.timers, deadline);
      linger = wakeup == task::Wakeup::signalled;
    } else {
      linger = false;
    }
  }
}

void Channel::reset() {
  broken_ = true;
  unsent_.clear();
  stream_->abort();
}

void Channel::fire() {
  const Duration idle_timeout = worker_.site.options().idle_timeout;
  const TimePoint deadline = after(last_activity_, idle_timeout);
  if (deadline > worker_.world.timers.now()) {
    worker_.world.timers.set(*this, deadline);
    return;
  }
  expired_ = true;  // whoever waits finds out; a wake-up may be spurious, so this is allowed
  stream_->readable().signal();
  stream_->writable().signal();
}

}  // namespace weir::backend
