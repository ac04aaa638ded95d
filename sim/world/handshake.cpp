// The handshake of a Connection: SYN, SYN-ACK, ACK (RFC 9293, 3.5), and what a listener's backlog
// has to say to it. The ACK is a segment of its own, so that a program accepts only connections
// that the other side knows to be established.

#include "sim/world/connect_attempt.hpp"
#include "sim/world/connection.hpp"
#include "sim/world/sim_listener.hpp"
#include "sim/world/sockets.hpp"

namespace weir::sim::internal {

void Connection::connect(ConnectAttempt& attempt) {
  ends_[0].attempt = &attempt;
  ends_[0].state = EndState::syn_sent;
  send_syn();
}

void Connection::send_syn() {
  record(EventKind::syn, 0);
  if (flows_[0].loses_syn()) {
    record(EventKind::syn_dropped, 0);
    flows_[0].rearm();
  } else {
    flows_[0].send(SegmentKind::syn);
  }
}

void Connection::syn_arrived() {
  if (ends_[0].state != EndState::syn_sent) return;  // an old one
  End& server = ends_[1];
  if (server.state != EndState::closed) {
    if (!flows_[1].is_on_its_way()) flows_[1].send(SegmentKind::syn_ack);
    return;
  }
  SimListener* listener = server.host.listener_for(server.address, ends_[0].address);
  if (listener == nullptr) return answer_with_reset(1);
  if (listener->is_full()) return record(EventKind::syn_dropped, 0);
  server.state = EndState::half_open;
  listener->expect(server);
  flows_[1].send(SegmentKind::syn_ack);
}

void Connection::syn_ack_arrived() {
  End& client = ends_[0];
  if (client.state == EndState::closed) return answer_with_reset(0);
  if (client.state != EndState::syn_sent) return;  // of a second SYN
  client.state = EndState::open;
  record(EventKind::connected, 0);
  flows_[0].send(SegmentKind::ack);
  client.attempt->connected();
}

void Connection::ack_arrived() {
  End& server = ends_[1];
  if (server.state == EndState::closed) return answer_with_reset(1);
  if (server.state != EndState::half_open) return;
  server.state = EndState::open;
  flows_[1].rearm();
  server.listener->established(server);
}

void Connection::accepted() noexcept {
  ends_[1].listener = nullptr;
  record(EventKind::accepted, 0);
}

// Linux says nothing to a connection that is half open, until its ACK arrives.
void Connection::reset_unaccepted() {
  const bool was_established = ends_[1].state == EndState::open;
  to_closed(1);
  flows_[0].drop_readable();
  if (was_established) answer_with_reset(1);
  settle();
}

}  // namespace weir::sim::internal
