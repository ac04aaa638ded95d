#include "sim/model/wire.hpp"

#include <algorithm>
#include <utility>

namespace weir::sim::model {
namespace {

constexpr std::uint64_t kPortionsPerSecond = 10;  // of a side that reads or writes slowly

Duration time_for(std::uint64_t bytes, std::uint64_t rate) noexcept {
  return rate == 0 ? Duration(0)
                   : Duration(static_cast<std::int64_t>(bytes * 1'000'000'000 / rate));
}

std::size_t portion(std::size_t bytes, std::uint64_t rate) noexcept {
  if (rate == 0) return bytes;
  return std::min<std::size_t>(bytes, std::max<std::uint64_t>(rate / kPortionsPerSecond, 1));
}

}  // namespace

Manners draw_manners(const Manners& manners, Random& random) {
  Manners drawn = manners;
  const Trouble& trouble = manners.trouble;
  if (trouble.how != Trouble::How::none && !random.chance(trouble.share)) drawn.trouble = {};
  return drawn;
}

task::Task<Wire::Read> Wire::read(std::size_t bytes_max, TimePoint deadline) {
  for (;;) {
    if (trouble_is_due()) {
      const Step step = co_await misbehave(deadline);
      co_return Read(step, MutableBytes());
    }
    if (hangs_ || next_read_ > world_.timers.now()) {
      const TimePoint when = hangs_ ? kNever : next_read_;
      const Step waited = co_await wait_until(when, deadline);
      if (waited != Step::ok) co_return Read(waited, MutableBytes());
    }
    const std::size_t allowed = before_trouble(received_, manners_.trouble.after_received,
                                               portion(bytes_max, manners_.read_rate));
    const MutableBytes into = world_.buffers.scratch().first(allowed);
    const io::IoResult got = stream_->try_read(into);
    if (got.status == io::IoStatus::ok) {
      received_ += got.bytes;
      next_read_ = world_.timers.now() + time_for(got.bytes, manners_.read_rate);
      co_return Read(Step::ok, into.first(got.bytes));
    }
    if (got.status != io::IoStatus::would_block) {
      co_return Read(step_of(got.status), MutableBytes());
    }
    const task::Wakeup wakeup = co_await stream_->readable().wait_until(world_.timers, deadline);
    if (wakeup == task::Wakeup::timed_out) co_return Read(Step::gave_up, MutableBytes());
  }
}

task::Task<Step> Wire::write(ConstBytes bytes, TimePoint deadline) {
  while (!bytes.empty()) {
    if (trouble_is_due()) co_return co_await misbehave(deadline);
    if (gone_ || ended_) co_return Step::reset;
    if (hangs_ || next_write_ > world_.timers.now()) {
      const TimePoint when = hangs_ ? kNever : next_write_;
      const Step waited = co_await wait_until(when, deadline);
      if (waited != Step::ok) co_return waited;
    }
    const std::size_t allowed = before_trouble(sent_, manners_.trouble.after_sent,
                                               portion(bytes.size(), manners_.send_rate));
    const ConstBytes some = bytes.first(allowed);
    const io::IoResult sent = stream_->try_write(std::span(&some, 1));
    if (sent.status == io::IoStatus::ok) {
      bytes = bytes.subspan(sent.bytes);
      sent_ += sent.bytes;
      next_write_ = world_.timers.now() + time_for(sent.bytes, manners_.send_rate);
      continue;
    }
    if (sent.status != io::IoStatus::would_block) co_return step_of(sent.status);
    const task::Wakeup wakeup = co_await stream_->writable().wait_until(world_.timers, deadline);
    if (wakeup == task::Wakeup::timed_out) co_return Step::gave_up;
  }
  co_return Step::ok;
}

task::Task<Step> Wire::wait_until(TimePoint when, TimePoint deadline) {
  const TimePoint until = std::min(when, deadline);
  co_await task::sleep_until(world_.run_queue, world_.timers, until);
  co_return when <= deadline ? Step::ok : Step::gave_up;
}

task::Task<Step> Wire::misbehave(TimePoint deadline) {
  const Trouble::How how = std::exchange(manners_.trouble.how, Trouble::How::none);
  if (how == Trouble::How::reset) abort();
  if (how == Trouble::How::end) end_writing();
  if (how != Trouble::How::hang) co_return Step::quit;
  hangs_ = true;
  co_return co_await wait_until(kNever, deadline);
}

bool Wire::trouble_is_due() const noexcept {
  const Trouble& trouble = manners_.trouble;
  return trouble.how != Trouble::How::none && sent_ >= trouble.after_sent &&
         received_ >= trouble.after_received;
}

// So few of these bytes that the count at which trouble begins is met exactly.
std::size_t Wire::before_trouble(std::uint64_t so_far, std::uint64_t limit,
                                 std::size_t bytes) const {
  if (manners_.trouble.how == Trouble::How::none || so_far >= limit) return bytes;
  return static_cast<std::size_t>(std::min<std::uint64_t>(bytes, limit - so_far));
}

void Wire::end_writing() {
  if (gone_ || ended_) return;
  ended_ = true;
  stream_->shutdown_write();
}

void Wire::abort() {
  if (gone_) return;
  gone_ = true;
  stream_->abort();
}

Wire::Wire(io::World& world, std::unique_ptr<io::Stream> stream, const Manners& manners)
    : world_(world),
      manners_(manners),
      next_read_(after(world.timers.now(), manners.read_delay)),
      next_write_(world.timers.now()),
      stream_(std::move(stream)) {}

}  // namespace weir::sim::model
