#include "sim/world/flow.hpp"

#include <algorithm>
#include <utility>

#include "base/assert.hpp"
#include "sim/world/connection.hpp"
#include "sim/world/link.hpp"
#include "sim/world/sockets.hpp"

namespace weir::sim::internal {

Flow::Flow(Connection& connection, unsigned from, Link& link, Link& way_back)
    : connection_(connection), from_(from), link_(link), way_back_(way_back) {
  link.carry(*this);
}

void Flow::due() {
  const TimePoint now = connection_.kernel().now();
  armed_for_ = kNever;
  if (patient_until_ <= now) {
    const Patience with = std::exchange(patience_, Patience::none);
    patient_until_ = kNever;
    connection_.lost_patience(from_, with);
  }
  if (window_at_ <= now && !way_back_.is_cut()) window_due();
  arrivals(now);
  rearm();
  connection_.settle();  // may destroy this
}

void Flow::arrivals(TimePoint now) {
  while (!segments_.empty() && segments_.front().arrival <= now && !link_.is_cut()) {
    if (!connection_.end(1 - from_).host.is_powered()) {
      if (is_lost_with_its_host()) return;
      continue;
    }
    const Segment arrived = segments_.front();
    segments_.pop_front();
    in_flight_ -= arrived.bytes;
    retry_ = kFirstRetry;
    connection_.arrived(from_, arrived);
  }
}

// The first segment meets a host that is off. Data stays, to be retransmitted (true: nothing
// arrives until then); anything else is gone.
bool Flow::is_lost_with_its_host() {
  Segment& first = segments_.front();
  const bool is_kept =
      first.kind == SegmentKind::data && connection_.end(from_).state != EndState::closed;
  if (is_kept) {
    first.arrival = connection_.kernel().now() + retry_;
    last_arrival_ = std::max(last_arrival_, first.arrival);
    retry_ = std::min(2 * retry_, kLastRetry);
    return true;
  }
  if (first.kind == SegmentKind::syn) connection_.record(EventKind::syn_dropped, 0);
  in_flight_ -= first.bytes;
  bytes_.drop_front(first.bytes);
  segments_.pop_front();
  return false;
}

std::size_t Flow::window() const noexcept {
  return connection_.end(1 - from_).host.limits().receive_buffer_bytes;
}

std::size_t Flow::room() const noexcept {
  const std::size_t buffer = connection_.end(from_).host.limits().send_buffer_bytes;
  const std::size_t used = unacknowledged();
  return used < buffer ? buffer - used : 0;
}

void Flow::transmit() {
  const std::size_t window_bytes = window();
  while (unsent_ > 0 && !window_blocked_) {
    const std::size_t used = in_flight_ + std::max(readable_, unacked_);
    if (used >= window_bytes) {
      window_blocked_ = true;
      break;
    }
    const std::size_t bytes = std::min({unsent_, window_bytes - used, kSegmentBytesMax});
    unsent_ -= bytes;
    in_flight_ += bytes;
    push(SegmentKind::data, static_cast<std::uint32_t>(bytes), fin_queued_ && unsent_ == 0);
  }
  if (fin_queued_ && !fin_sent_ && unsent_ == 0) push(SegmentKind::data, 0, true);
  rearm();
}

void Flow::finish() {
  if (fin_queued_) return;
  fin_queued_ = true;
  transmit();
}

void Flow::send(SegmentKind kind) {
  push(kind, 0, false);
  rearm();
}

void Flow::push(SegmentKind kind, std::uint32_t bytes, bool fin) {
  fin_sent_ = fin_sent_ || fin;
  reset_sent_ = reset_sent_ || kind == SegmentKind::rst;
  segments_.push_back(Segment{arrival_of(bytes), bytes, kind, fin});
}

TimePoint Flow::arrival_of(std::uint32_t bytes) {
  const LinkOptions& options = link_.options();
  const TimePoint ready = link_.clock(connection_.kernel().now());
  TimePoint arrival = link_.departure(ready, bytes) + options.latency;
  if (options.jitter > Duration(0)) arrival += random().between(Duration(0), options.jitter);
  if (options.loss.of_these > 0) {
    for (int losses = 0; losses < kLossesMax && random().chance(options.loss); ++losses) {
      arrival += options.retransmit_after;
    }
  }
  last_arrival_ = std::max(last_arrival_, arrival);
  return last_arrival_;
}

bool Flow::loses_syn() {
  if (link_.is_cut()) return true;
  return link_.options().loss.of_these > 0 && random().chance(link_.options().loss);
}

Random& Flow::random() {
  if (!random_) random_ = connection_.kernel().random("flow", connection_.number() * 2 + from_);
  return *random_;
}

void Flow::abandon() noexcept {
  bytes_.drop_back(unsent_);
  unsent_ = 0;
  fin_queued_ = fin_sent_;
  window_blocked_ = false;
  window_at_ = kNever;
}

void Flow::forget_in_flight() noexcept {
  segments_.clear();
  bytes_.drop_back(in_flight_);
  in_flight_ = 0;
}

void Flow::read(MutableBytes into) {
  bytes_.take(into);
  readable_ -= into.size();
  if (!window_blocked_ || window_at_ != kNever) return;
  // The receiver tells of room only once there is a good deal of it (RFC 9293, 3.8.6.2.2).
  const std::size_t window_bytes = window();
  const std::size_t used = in_flight_ + readable_;
  const std::size_t worth_it =
      std::min(std::max<std::size_t>(window_bytes / 2, 1), kSegmentBytesMax);
  if (used + worth_it > window_bytes) return;
  window_at_ = way_back_.clock(connection_.kernel().now()) + way_back_.options().latency;
  rearm();
}

void Flow::window_due() {
  window_at_ = kNever;
  unacked_ = 0;
  if (window_blocked_) {
    window_blocked_ = false;
    connection_.record(EventKind::window, window() - std::min(window(), in_flight_ + readable_));
    transmit();
  }
  connection_.has_room(from_);
}

void Flow::accept(const Segment& segment) noexcept {
  readable_ += segment.bytes;
  fin_arrived_ = fin_arrived_ || segment.fin;
  if (way_back_.is_cut()) unacked_ += segment.bytes + (segment.fin ? 1 : 0);
}

// What cannot be taken out yet, because bytes to be read are before it, goes with the connection.
void Flow::discard(const Segment& segment) noexcept {
  if (readable_ == 0) bytes_.drop_front(segment.bytes);
}

void Flow::drop_readable() noexcept {
  bytes_.drop_front(readable_);
  readable_ = 0;
}

void Flow::receiver_vanished() {
  drop_readable();
  if (!window_blocked_ || window_at_ != kNever) return;
  window_blocked_ = false;  // the sender's next window probe will meet silence
  transmit();
}

bool Flow::is_stuck() const noexcept {
  const bool waits = in_flight_ > 0 || unsent_ > 0 || (fin_queued_ && !fin_arrived_);
  const bool probes_in_vain = window_blocked_ && unsent_ > 0 && way_back_.is_cut();
  return unacked_ > 0 || retry_ > kFirstRetry || probes_in_vain || (waits && link_.is_cut());
}

void Flow::link_cut() {
  while (!segments_.empty() && segments_.front().kind == SegmentKind::syn) {
    connection_.record(EventKind::syn_dropped, 0);
    segments_.pop_front();
  }
  rearm();
  connection_.flow(1 - from_).rearm();
}

void Flow::link_healed(Duration stood_still) {
  for (std::size_t i = 0; i < segments_.size(); ++i) segments_.at(i).arrival += stood_still;
  if (!segments_.empty()) last_arrival_ = segments_.at(segments_.size() - 1).arrival;
  rearm();
  connection_.flow(1 - from_).way_back_healed(stood_still);
}

void Flow::way_back_healed(Duration stood_still) {
  if (window_at_ != kNever) {
    window_at_ += stood_still;
  } else if (unacked_ > 0) {
    window_at_ = connection_.kernel().now() + way_back_.options().latency;
  }
  rearm();
}

void Flow::rearm() {
  const Patience patience = connection_.patience(from_);
  if (patience != patience_) {
    patience_ = patience;
    patient_until_ = after(connection_.kernel().now(), connection_.length_of(patience));
  }
  TimePoint next = patient_until_;
  if (!segments_.empty() && !link_.is_cut()) next = std::min(next, segments_.front().arrival);
  if (!way_back_.is_cut()) next = std::min(next, window_at_);
  if (next == armed_for_) return;
  armed_for_ = next;
  connection_.kernel().timers().set(timer_, next);
}

}  // namespace weir::sim::internal
