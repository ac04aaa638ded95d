#include "sim/model/channel.hpp"

#include <algorithm>
#include <cstring>

#include <fmt/format.h>

namespace weir::sim::model {
namespace {

constexpr std::size_t kSendBytesMax = 16 * 1024;  // made and offered to the stream at a time
constexpr std::uint64_t kPortionsPerSecond = 10;  // of a side that reads or sends slowly

Duration time_for(std::uint64_t bytes, std::uint64_t rate) noexcept {
  return rate == 0 ? Duration(0)
                   : Duration(static_cast<std::int64_t>(bytes * 1'000'000'000 / rate));
}

std::size_t portion(std::size_t bytes, std::uint64_t rate) noexcept {
  if (rate == 0) return bytes;
  return std::min<std::size_t>(bytes, std::max<std::uint64_t>(rate / kPortionsPerSecond, 1));
}

}  // namespace

task::Task<Step> Channel::send(Message message, std::uint64_t from, std::uint64_t to,
                               TimePoint deadline) {
  while (from < to) {
    if (trouble_is_due()) co_return co_await misbehave(deadline);
    if (next_send_ > world_.timers.now()) {
      const Step waited = co_await wait_until(next_send_, deadline);
      if (waited != Step::ok) co_return waited;
    }
    const io::IoResult sent = write_some(message, from, to);
    if (sent.status == io::IoStatus::ok) {
      from += sent.bytes;
      note_sent(sent.bytes);
      continue;
    }
    if (sent.status != io::IoStatus::would_block) co_return note_failure(sent.status);
    const task::Wakeup wakeup = co_await stream_->writable().wait_until(world_.timers, deadline);
    if (wakeup == task::Wakeup::timed_out) co_return Step::gave_up;
  }
  co_return Step::ok;
}

task::Task<Step> Channel::receive_header(TimePoint deadline) {
  std::size_t filled = 0;
  while (filled < kHeaderBytes) {
    const Read got = co_await read(kHeaderBytes - filled, deadline);
    if (got.step != Step::ok) co_return got.step;
    std::memcpy(header_in_.data() + filled, got.bytes.data(), got.bytes.size());
    filled += got.bytes.size();
  }
  const std::optional<Header> decoded = decode(header_in_);
  if (!decoded) {
    corrupt("where a message should begin are bytes that are no header");
    co_return Step::corrupt;
  }
  header_ = *decoded;
  co_return claim();
}

task::Task<Step> Channel::receive_some(Payload body, std::uint64_t from, std::uint64_t to,
                                       TimePoint deadline) {
  got_ = 0;
  const std::uint64_t wanted = std::min<std::uint64_t>(to - from, io::BufferPool::kScratchBytes);
  const Read got = co_await read(static_cast<std::size_t>(wanted), deadline);
  if (got.step != Step::ok) co_return got.step;
  if (!body.is_same(got.bytes, from)) {
    corrupt(fmt::format("request {}: {}", header_.request, body.explain(got.bytes, from)));
    co_return Step::corrupt;
  }
  if (keeps_checksum_) checksum_.add(got.bytes);
  got_ = got.bytes.size();
  co_return Step::ok;
}

task::Task<Step> Channel::receive_body(Payload body, std::uint64_t bytes, TimePoint deadline) {
  std::uint64_t from = 0;
  while (from < bytes) {
    const Step step = co_await receive_some(body, from, bytes, deadline);
    if (step != Step::ok) co_return step;
    from += got_;
  }
  co_return Step::ok;
}

task::Task<Step> Channel::receive_end(TimePoint deadline) {
  const Read got = co_await read(io::BufferPool::kScratchBytes, deadline);
  if (got.step == Step::end) co_return Step::ok;
  if (got.step != Step::ok) co_return got.step;
  corrupt(fmt::format("{} bytes came where the end should be", got.bytes.size()));
  co_return Step::corrupt;
}

task::Task<Step> Channel::discard(TimePoint deadline) {
  discards_ = true;
  for (;;) {
    const Read got = co_await read(io::BufferPool::kScratchBytes, deadline);
    if (got.step != Step::ok) co_return got.step;
  }
}

// At least one byte, or a step that is not ok.
task::Task<Channel::Read> Channel::read(std::size_t bytes_max, TimePoint deadline) {
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
      note_received(got.bytes);
      co_return Read(Step::ok, into.first(got.bytes));
    }
    if (got.status != io::IoStatus::would_block) {
      const Step failed = note_failure(got.status);
      co_return Read(failed, MutableBytes());
    }
    const task::Wakeup wakeup = co_await stream_->readable().wait_until(world_.timers, deadline);
    if (wakeup == task::Wakeup::timed_out) co_return Read(Step::gave_up, MutableBytes());
  }
}

task::Task<Step> Channel::wait_until(TimePoint when, TimePoint deadline) {
  const TimePoint until = std::min(when, deadline);
  co_await task::sleep_until(world_.run_queue, world_.timers, until);
  co_return when <= deadline ? Step::ok : Step::gave_up;
}

task::Task<Step> Channel::misbehave(TimePoint deadline) {
  const Trouble::How how = manners_.trouble.how;
  manners_.trouble.how = Trouble::How::none;
  if (how == Trouble::How::reset) abort();
  if (how == Trouble::How::end) end_sending();
  if (how != Trouble::How::hang) co_return Step::quit;
  hangs_ = true;
  co_return co_await wait_until(kNever, deadline);
}

io::IoResult Channel::write_some(const Message& message, std::uint64_t from, std::uint64_t to) {
  std::size_t left = static_cast<std::size_t>(std::min<std::uint64_t>(to - from, kSendBytesMax));
  left = before_trouble(sent_, manners_.trouble.after_sent, portion(left, manners_.send_rate));
  const HeaderBytes head = encode(message.header);
  std::array<ConstBytes, 2> pieces;
  std::size_t count = 0;
  if (from < kHeaderBytes) {
    const std::size_t step = std::min<std::size_t>(left, kHeaderBytes - from);
    pieces[count++] = ConstBytes(head).subspan(static_cast<std::size_t>(from), step);
    left -= step;
    from += step;
  }
  if (left > 0) {
    const MutableBytes scratch = world_.buffers.scratch().first(left);
    message.body.fill(scratch, from - kHeaderBytes);
    pieces[count++] = scratch;
  }
  return stream_->try_write(std::span(pieces.data(), count));
}

bool Channel::trouble_is_due() const noexcept {
  const Trouble& trouble = manners_.trouble;
  return trouble.how != Trouble::How::none && sent_ >= trouble.after_sent &&
         received_ >= trouble.after_received;
}

// So few of these bytes that the count at which trouble begins is met exactly.
std::size_t Channel::before_trouble(std::uint64_t so_far, std::uint64_t limit,
                                    std::size_t bytes) const {
  if (manners_.trouble.how == Trouble::How::none || so_far >= limit) return bytes;
  return static_cast<std::size_t>(std::min<std::uint64_t>(bytes, limit - so_far));
}

void Channel::note_sent(std::size_t bytes) {
  sent_ += bytes;
  next_send_ = world_.timers.now() + time_for(bytes, manners_.send_rate);
  witness_.sent(*out_, bytes);
}

void Channel::note_received(std::size_t bytes) {
  received_ += bytes;
  next_read_ = world_.timers.now() + time_for(bytes, manners_.read_rate);
  if (in_ != nullptr) witness_.received(*in_, bytes);
}

Step Channel::note_failure(io::IoStatus status) {
  const Step step = step_of(status);
  if (step == Step::end) {
    if (!end_read_ && in_ != nullptr) witness_.end_read(*in_);
    if (!end_read_ && in_ == nullptr && !discards_) {
      witness_.nameless_end_read(sends_ == Way::up ? Way::down : Way::up, received_);
    }
    end_read_ = true;
    return step;
  }
  if (!gone_ && out_ != nullptr && !out_->ended) witness_.broke(*out_);
  gone_ = true;
  return step;
}

Step Channel::claim() {
  if (in_ == nullptr) {
    in_ = witness_.claim_lane(header_.connection, sends_ == Way::up ? Way::down : Way::up, out_);
    if (in_ == nullptr) return Step::corrupt;  // the Witness knows why
    witness_.received(*in_, static_cast<std::size_t>(received_));
    return Step::ok;
  }
  if (header_.connection == in_->connection) return Step::ok;
  corrupt(fmt::format("a message of connection {} arrived here", header_.connection));
  return Step::corrupt;
}

void Channel::end_sending() {
  if (gone_ || ended_) return;
  ended_ = true;
  stream_->shutdown_write();
  if (out_ != nullptr) return witness_.ended(*out_);
  if (sends_ == Way::down) witness_.nameless_close();
}

void Channel::abort() {
  if (gone_) return;
  gone_ = true;
  if (out_ != nullptr && !out_->ended) witness_.broke(*out_);
  stream_->abort();
}

void Channel::corrupt(std::string story) {
  const Lane* lane = in_ != nullptr ? in_ : out_;
  const std::uint64_t connection = lane != nullptr ? lane->connection : header_.connection;
  witness_.corrupt(sends_ == Way::up ? Way::down : Way::up, connection, std::move(story));
}

Channel::Channel(io::World& world, std::unique_ptr<io::Stream> stream, Witness& witness, Way sends,
                 const Manners& manners)
    : world_(world),
      witness_(witness),
      manners_(manners),
      sends_(sends),
      next_read_(after(world.timers.now(), manners.read_delay)),
      next_send_(world.timers.now()),
      stream_(std::move(stream)) {}

Channel::~Channel() {
  if (gone_ || ended_) return;
  if (out_ != nullptr) {
    witness_.ended(*out_);
  } else if (sends_ == Way::down) {
    witness_.nameless_close();
  }
}

Step step_of(io::IoStatus status) noexcept {
  switch (status) {
    case io::IoStatus::ok:
    case io::IoStatus::would_block: return Step::ok;
    case io::IoStatus::end: return Step::end;
    case io::IoStatus::reset: return Step::reset;
    case io::IoStatus::timed_out: return Step::timed_out;
    case io::IoStatus::failed: return Step::failed;
  }
  return Step::failed;
}

Outcome outcome_of(Step step) noexcept {
  switch (step) {
    case Step::ok: return Outcome::complete;
    case Step::end: return Outcome::cut_short;
    case Step::reset: return Outcome::reset;
    case Step::timed_out: return Outcome::timed_out;
    case Step::failed: return Outcome::failed;
    case Step::gave_up: return Outcome::gave_up;
    case Step::corrupt: return Outcome::corrupt;
    case Step::quit: return Outcome::quit;
  }
  return Outcome::failed;
}

}  // namespace weir::sim::model
