#include "sim/world/connection.hpp"

#include <algorithm>

#include "base/assert.hpp"
#include "sim/world/connect_attempt.hpp"
#include "sim/world/fabric.hpp"
#include "sim/world/sim_listener.hpp"
#include "sim/world/sim_stream.hpp"
#include "sim/world/sockets.hpp"

namespace weir::sim::internal {

Connection::Connection(Fabric& fabric, std::uint64_t number, const Side& client, const Side& server)
    : fabric_(fabric),
      kernel_(fabric.kernel()),
      number_(number),
      ends_{End(*this, client.host, client.address), End(*this, server.host, server.address)},
      flows_{Flow(*this, 0, fabric.link(client.host.number(), server.host.number()),
                  fabric.link(server.host.number(), client.host.number())),
             Flow(*this, 1, fabric.link(server.host.number(), client.host.number()),
                  fabric.link(client.host.number(), server.host.number()))} {}

void Connection::arrived(unsigned from, const Segment& segment) {
  switch (segment.kind) {
    case SegmentKind::syn: return syn_arrived();
    case SegmentKind::syn_ack: return syn_ack_arrived();
    case SegmentKind::ack: return ack_arrived();
    case SegmentKind::data: return data_arrived(from, segment);
    case SegmentKind::rst: return reset_arrived(1 - from);
  }
}

void Connection::data_arrived(unsigned from, const Segment& segment) {
  if (segment.bytes > 0) record(EventKind::data, segment.bytes);
  if (segment.fin) record(EventKind::fin, 0);
  const unsigned side = 1 - from;
  End& end = ends_[side];
  const bool nobody_reads = end.state == EndState::orphan && segment.bytes > 0;
  if (nobody_reads) to_closed(side);
  if (end.state == EndState::closed) {
    flows_[from].discard(segment);
    answer_with_reset(side);
    return;
  }
  ASSERT(end.state != EndState::half_open, "the handshake's last segment arrives before data");
  if (segment.fin && from == 1) client_ended_first_ = flows_[0].finish_was_sent();
  flows_[from].accept(segment);
  if (end.stream != nullptr) end.stream->became_readable();
  has_room(from);
  finish_orphan(from);
  finish_orphan(side);
}

// RFC 9293, 3.10.7. What arrived before stays readable, as on Linux.
void Connection::reset_arrived(unsigned side) {
  End& end = ends_[side];
  switch (end.state) {
    case EndState::closed: return record(EventKind::rst, 0);
    case EndState::syn_sent:
      record(EventKind::refused, 0);
      end.attempt->fail(ErrorCode::refused);
      return to_closed(side);
    case EndState::half_open:
      record(EventKind::rst, 0);
      end.listener->drop(end);
      return to_closed(side);
    case EndState::open:
    case EndState::orphan: record(EventKind::rst, 0); return fail(side, io::IoStatus::reset);
  }
}

// A socket that is not there answers (RFC 9293, 3.5.2), unless it did so already or nobody is
// there to hear it.
void Connection::answer_with_reset(unsigned side) {
  if (ends_[1 - side].state == EndState::closed || flows_[side].reset_was_sent()) return;
  flows_[side].send(SegmentKind::rst);
}

void Connection::has_room(unsigned side) {
  End& end = ends_[side];
  if (end.stream != nullptr && end.stream->wants_to_write() && can_write(side)) {
    end.stream->became_writable();
  }
}

// Both directions have ended, and the peer knows that ours has.
void Connection::finish_orphan(unsigned side) {
  if (ends_[side].state == EndState::orphan && is_over()) to_closed(side);
}

void Connection::fail(unsigned side, io::IoStatus failure) {
  End& end = ends_[side];
  end.failure = failure;
  to_closed(side);
  if (end.stream != nullptr) end.stream->failed();
}

void Connection::to_closed(unsigned side) {
  End& end = ends_[side];
  const bool was_known = end.state != EndState::closed;
  end.state = EndState::closed;
  flows_[side].abandon();
  flows_[side].rearm();
  if (!was_known || side == 1) return;
  // Who ended first keeps its port for a while (RFC 9293, TIME-WAIT).
  end.host.release_port(ends_[1].address, end.address.port, is_over() && client_ended_first_);
}

bool Connection::is_over() const noexcept {
  return flows_[0].has_finished() && flows_[1].has_finished();
}

io::IoResult Connection::read(unsigned side, MutableBytes into) {
  ASSERT(!into.empty(), "a read has room for at least one byte");
  End& end = ends_[side];
  Flow& incoming = flows_[1 - side];
  if (incoming.readable() > 0) {
    const std::size_t bytes = end.host.shorten(std::min(into.size(), incoming.readable()));
    incoming.read(into.first(bytes));
    return {bytes, io::IoStatus::ok};
  }
  if (incoming.has_finished()) return {0, io::IoStatus::end};  // also when a reset came after it
  if (end.failure != io::IoStatus::ok) return {0, end.failure};
  return {0, io::IoStatus::would_block};
}

io::IoResult Connection::write(unsigned side, std::span<const ConstBytes> pieces) {
  std::size_t offered = 0;
  for (const ConstBytes piece : pieces) offered += piece.size();
  ASSERT(offered > 0, "a write has at least one byte");
  End& end = ends_[side];
  if (end.failure != io::IoStatus::ok) return {0, end.failure};
  Flow& outgoing = flows_[side];
  const std::size_t room = outgoing.room();
  if (room == 0) return {0, io::IoStatus::would_block};
  const std::size_t bytes = end.host.shorten(std::min(offered, room));
  std::size_t left = bytes;
  for (const ConstBytes piece : pieces) {
    const std::size_t step = std::min(left, piece.size());
    outgoing.append(piece.first(step));
    left -= step;
  }
  outgoing.transmit();
  return {bytes, io::IoStatus::ok};
}

bool Connection::can_read(unsigned side) noexcept {
  const Flow& incoming = flows_[1 - side];
  return incoming.readable() > 0 || incoming.has_finished() ||
         ends_[side].failure != io::IoStatus::ok;
}

// As on Linux: a writer is woken once a third of the buffer is free.
bool Connection::can_write(unsigned side) noexcept {
  if (ends_[side].failure != io::IoStatus::ok) return true;
  return flows_[side].room() * 3 >= ends_[side].host.limits().send_buffer_bytes;
}

bool Connection::is_cut_off(unsigned side) noexcept {
  return ends_[side].failure != io::IoStatus::ok && !flows_[1 - side].has_finished();
}

void Connection::shutdown_write(unsigned side) {
  if (ends_[side].state == EndState::open) flows_[side].finish();
}

void Connection::abort(unsigned side) {
  const bool tells = ends_[side].state != EndState::closed && !is_over();
  to_closed(side);
  flows_[1 - side].drop_readable();
  if (tells) answer_with_reset(side);
}

// RFC 2525, 2.17: who closes without having read everything resets the connection.
void Connection::close(unsigned side) {
  End& end = ends_[side];
  if (end.state != EndState::open || is_over()) {
    to_closed(side);
  } else if (flows_[1 - side].readable() > 0) {
    to_closed(side);
    answer_with_reset(side);
  } else {
    end.state = EndState::orphan;
    flows_[side].finish();
  }
  flows_[1 - side].drop_readable();
}

void Connection::vanish(unsigned side) {
  if (ends_[side].state != EndState::closed) to_closed(side);
  flows_[1 - side].receiver_vanished();
}

bool Connection::reset_by_middlebox() {
  const auto is_established = [](const End& end) {
    return end.state == EndState::open || end.state == EndState::orphan;
  };
  if (!is_established(ends_[0]) && !is_established(ends_[1])) return false;
  for (Flow& flow : flows_) flow.send(SegmentKind::rst);
  return true;
}

void Connection::settle() {
  for (const End& end : ends_) {
    if (end.state != EndState::closed || end.is_held()) return;
  }
  fabric_.remove(*this);
}

Patience Connection::patience(unsigned side) noexcept {
  switch (ends_[side].state) {
    case EndState::closed: return Patience::none;
    case EndState::syn_sent: return Patience::syn_ack;
    case EndState::half_open: return Patience::handshake;
    case EndState::open:
    case EndState::orphan: break;
  }
  if (flows_[side].is_stuck()) return Patience::acknowledgement;
  const bool waits_for_fin = ends_[side].state == EndState::orphan && flows_[side].has_finished();
  return waits_for_fin ? Patience::fin : Patience::none;
}

Duration Connection::length_of(Patience patience) const noexcept {
  switch (patience) {
    case Patience::none: break;
    case Patience::syn_ack: return kFirstSynRetry * (1 << syn_retries_);
    case Patience::handshake: return kHandshakeMax;
    case Patience::acknowledgement: return kGiveUpAfter;
    case Patience::fin: return kFinWait;
  }
  return kNever - TimePoint();
}

void Connection::lost_patience(unsigned side, Patience with) {
  End& end = ends_[side];
  switch (with) {
    case Patience::none: return;
    case Patience::syn_ack:
      if (++syn_retries_ <= kSynRetriesMax) return send_syn();
      record(EventKind::gave_up, 0);
      end.attempt->fail(ErrorCode::timed_out);
      return to_closed(side);
    case Patience::handshake: end.listener->drop(end); return to_closed(side);
    case Patience::acknowledgement:
      record(EventKind::gave_up, 0);
      flows_[side].abandon();
      flows_[side].forget_in_flight();
      return fail(side, io::IoStatus::timed_out);
    case Patience::fin: return to_closed(side);
  }
}

}  // namespace weir::sim::internal
