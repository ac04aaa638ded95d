#pragma once
// Flow: one direction of a connection. Bytes go through it in one queue and never move: a segment
// that arrives only moves the borders between what can be read, what is on its way and what waits
// in the send buffer.
//
//        front [ readable | in flight | unsent ] back
//
// One timer serves all that can happen to a flow: the next arrival, a window that opens, and its
// connection's patience (Patience, in end.hpp) with a peer that does not answer.
// Acknowledgements are not segments: the sender learns of an arrival at once, unless the way back
// is cut (`unacked_`).

#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/bytes.hpp"
#include "base/intrusive_list.hpp"
#include "base/random.hpp"
#include "sim/world/byte_ring.hpp"
#include "sim/world/end.hpp"
#include "sim/world/segment_queue.hpp"
#include "sim/world/timer_of.hpp"

namespace weir::sim::internal {

class Connection;
class Link;

class Flow final : public ListHook {
 public:
  static constexpr std::size_t kSegmentBytesMax = 64 * 1024;
  static constexpr int kLossesMax = 15;  // of one segment
  static constexpr Duration kFirstRetry = std::chrono::milliseconds(200);
  static constexpr Duration kLastRetry = std::chrono::seconds(120);

  Flow(Connection& connection, unsigned from, Link& link, Link& way_back);

  // The sending end. transmit() sends what the window lets through; call it after append().
  std::size_t room() const noexcept;  // of the send buffer
  std::size_t unacknowledged() const noexcept { return unsent_ + in_flight_ + unacked_; }
  void append(ConstBytes bytes) {
    bytes_.append(bytes);
    unsent_ += bytes.size();
  }
  void transmit();
  void finish();                // the end of the stream, behind what is unsent
  void send(SegmentKind kind);  // an empty segment, behind what is in flight
  bool loses_syn();             // this SYN does not get through
  void abandon() noexcept;      // the sending end is gone: nothing more leaves

  // The receiving end.
  std::size_t readable() const noexcept { return readable_; }
  void read(MutableBytes into);  // at most readable() bytes
  void accept(const Segment& segment) noexcept;
  void discard(const Segment& segment) noexcept;
  void drop_readable() noexcept;  // nobody will read it

  bool has_finished() const noexcept { return fin_arrived_; }
  bool finish_was_sent() const noexcept { return fin_sent_; }
  bool reset_was_sent() const noexcept { return reset_sent_; }
  bool is_on_its_way() const noexcept { return !segments_.empty(); }
  bool is_stuck() const noexcept;  // the sender waits for an acknowledgement that does not come

  // What happens to hosts and links.
  void receiver_vanished();  // and with it what it had received
  void forget_in_flight() noexcept;
  void link_cut();
  void link_healed(Duration stood_still);
  void way_back_healed(Duration stood_still);

  void rearm();  // after a change that bears on the timer

 private:
  void due();
  void arrivals(TimePoint now);
  bool is_lost_with_its_host();
  void window_due();
  void push(SegmentKind kind, std::uint32_t bytes, bool fin);
  TimePoint arrival_of(std::uint32_t bytes);
  Random& random();
  std::size_t window() const noexcept;

  Connection& connection_;
  const unsigned from_;  // the index of the sending end
  Link& link_;
  Link& way_back_;
  ByteRing bytes_;
  SegmentQueue segments_;
  std::size_t readable_ = 0;
  std::size_t in_flight_ = 0;
  std::size_t unsent_ = 0;
  std::size_t unacked_ = 0;       // arrived while the way back was cut: the sender does not know
  TimePoint last_arrival_;        // no later segment arrives before this
  TimePoint window_at_ = kNever;  // the window opens, by the clock of way_back_
  Duration retry_ = kFirstRetry;  // more once a segment met a host that was off
  TimePoint armed_for_ = kNever;
  TimePoint patient_until_ = kNever;
  Patience patience_ = Patience::none;
  bool window_blocked_ = false;  // the sender waits for the window to open
  bool fin_queued_ = false;
  bool fin_sent_ = false;
  bool fin_arrived_ = false;
  bool reset_sent_ = false;
  std::optional<Random> random_;  // of latency and loss; made when first needed
  TimerOf<Flow, &Flow::due> timer_{*this};
};

}  // namespace weir::sim::internal
