// HttpExchange, third part: the answer's way to the client.

#include <utility>

#include "proxy/http_exchange.hpp"

namespace weir::proxy {
namespace {

constexpr std::uint8_t kInterimMax = 16;  // 1xx heads before the final one

}  // namespace

void HttpExchange::pump_down(bool readable) {
  if (!client_.unsent.empty()) return;  // a slow client slows its backend
  if (readable && (from_upstream_.empty() || state_ == State::awaiting_head)) {
    const io::IoResult got = from_upstream_.fill(upstream(), worker_.world.buffers);
    if (got.status != io::IoStatus::ok && got.status != io::IoStatus::would_block) {
      return upstream_ended(got.status);
    }
  }
  if (from_upstream_.empty()) return;
  while (!is_over() && client_.unsent.empty() && carry_down()) continue;
  if (!is_over()) from_upstream_.keep();
}

// One write's worth. False: more bytes are needed, or it is over.
bool HttpExchange::carry_down() {
  Gather& gather = worker_.gather;
  worker_.head.clear();
  while (state_ == State::awaiting_head) {
    if (!take_head()) return false;
  }
  if (is_over()) return false;
  gather.add(as_bytes(worker_.head));
  bool complete = down_.complete();
  std::uint64_t bytes_out = 0;
  while (!complete && !gather.full() && !from_upstream_.empty()) {
    const http::BodyDecoder::Step step = down_.next(from_upstream_.bytes());
    if (client_chunks_) {
      gather.add_chunk(step.data);
    } else {
      gather.add(step.data);
    }
    bytes_out += step.data.size();
    from_upstream_.consume(step.consumed);
    if (step.status == http::BodyDecoder::Status::invalid) {
      gather.drop();
      fail(AttemptEnd::bad_response, http::ProxyError::http_protocol_error, step.refusal.reason);
      return false;
    }
    complete = step.status == http::BodyDecoder::Status::complete;
  }
  if (complete && client_chunks_) {
    worker_.tail.clear();
    http::append_last_chunk(worker_.tail, down_.trailers());
    gather.add(as_bytes(worker_.tail));
  }
  head_sent_ = true;
  bytes_out_ += bytes_out;
  down_moved_at_ = now();
  if (!gather.send(*client_.stream, client_.unsent)) {
    client_left(RequestEnd::client_gone);
    return false;
  }
  if (complete && state_ == State::answering) answer_ended();
  return !complete && !from_upstream_.empty();
}

// The next head, if it is there wholly; interim ones are passed on behind each other.
bool HttpExchange::take_head() {
  const http::HeadEnd end = http::find_head_end(from_upstream_.bytes(), scan_,
                                                http::HeadKind::response, worker_.options.limits);
  if (end.status == http::HeadEnd::Status::refused) {
    fail(AttemptEnd::bad_response, http::ProxyError::http_protocol_error, end.refusal.reason);
    return false;
  }
  if (end.status == http::HeadEnd::Status::incomplete) {
    if (worker_.head.empty()) return false;  // nothing that came before it waits to be sent
    worker_.gather.add(as_bytes(worker_.head));
    if (!worker_.gather.send(*client_.stream, client_.unsent)) client_left(RequestEnd::client_gone);
    return false;
  }
  http::Asked asked;
  asked.method = method_;
  asked.upgrade = offers_upgrade_;
  const auto head = worker_.response_parser.parse(from_upstream_.bytes().first(end.size), asked);
  if (!head) {
    fail(AttemptEnd::bad_response, http::ProxyError::http_protocol_error, head.error().reason);
    return false;
  }
  scan_ = {};
  if (!begin_answer(*head)) return false;
  from_upstream_.consume(end.size);
  return true;
}

// Writes the head for the client. False: it is not to be passed on.
bool HttpExchange::begin_answer(const http::ResponseHead& head) {
  http::ResponseHop hop;
  hop.method = method_;
  hop.minor = minor_;
  if (!head.tunnel) hop.date = worker_.date();  // a 101 may go without (RFC 9110, 6.6.1)
  if (std::exchange(awaits_continue_, false)) up_moved_at_ = rate_since_ = now();
  if (head.interim()) {
    if (++interim_ > kInterimMax) {
      fail(AttemptEnd::bad_response, http::ProxyError::http_protocol_error,
           "the backend sent interim answers without end");
      return false;
    }
    if (minor_ > 0) http::append_response_head(worker_.head, head, destination_.policy, hop);
    return true;
  }
  // An answer that comes before the request's end: what is left of that is not read any more.
  hop.keep_alive = client_.keep_alive && up_done_ && !up_broken_ && !worker_.draining;
  const http::Framing framing =
      http::append_response_head(worker_.head, head, destination_.policy, hop);
  client_.keep_alive = framing.keep_alive;
  client_chunks_ = framing.body.kind == http::Body::Kind::chunked;
  upstream_keeps_ = head.keep_alive;
  attempt().first_byte = now() - client_.request_began - attempt().started;
  status_ = head.status;
  if (head.tunnel) {
    state_ = State::tunnel;
    client_.keep_alive = false;
    const http::Body raw{http::Body::Kind::until_close, 0};
    up_ = http::BodyDecoder(raw, worker_.answer_limits);
    down_ = http::BodyDecoder(raw, worker_.answer_limits);
    up_done_ = false;
    sends_chunks_ = client_chunks_ = false;
    return true;
  }
  state_ = State::answering;
  down_ = http::BodyDecoder(head.body, worker_.answer_limits);
  return true;
}

void HttpExchange::upstream_ended(io::IoStatus status) {
  if (state_ == State::awaiting_head) {
    const bool never_answered = scan_.untouched() && interim_ == 0;
    const bool may_resend = attempt().reused && never_answered && !has_body_ && !resent_ &&
                            http::is_idempotent(method_) && tries_ < kTriesMax;
    if (may_resend) in_flight_.reset();  // to close an idle connection is nobody's fault
    fail(AttemptEnd::closed, http::ProxyError::connection_terminated,
         "the backend closed the connection without an answer");
    if (may_resend) {
      resends_ = resent_ = true;
      ++worker_.counters.resent;
      up_broken_ = false;
      from_upstream_ = {};
      scan_ = {};
    }
    return;
  }
  const bool cleanly = status == io::IoStatus::end;
  if (cleanly && state_ == State::tunnel) {
    down_.end_of_input();
    client_.stream->shutdown_write();
    if (up_done_ && to_upstream_.empty()) end_tunnel_upwards();
    return;
  }
  if (cleanly && down_.end_of_input() == http::BodyDecoder::Status::complete) {
    if (client_chunks_) {
      worker_.tail.clear();
      http::append_last_chunk(worker_.tail);
      worker_.gather.add(as_bytes(worker_.tail));
      if (!worker_.gather.send(*client_.stream, client_.unsent)) {
        return client_left(RequestEnd::client_gone);
      }
    }
    upstream_keeps_ = false;
    return answer_ended();
  }
  fail(AttemptEnd::truncated, http::ProxyError::http_response_incomplete,
       "the backend's answer broke off");
}

// The backend has done its part; the client may still have to read it.
void HttpExchange::answer_ended() {
  state_ = State::answered;
  if (!up_done_) {
    upstream_takes_no_more();
    client_.keep_alive = false;
  }
  end_ = RequestEnd::complete;
  end_attempt(AttemptEnd::answered);
}

void HttpExchange::answer_ourselves() {
  const bool rest_is_known = up_done_ && !up_broken_;
  client_.keep_alive = client_.keep_alive && rest_is_known && !worker_.draining;
  worker_.head.clear();
  http::OwnAnswer answer;
  answer.status = status_;
  answer.error = error_;
  answer.details = details_;
  answer.date = worker_.date();
  answer.method = method_;
  answer.minor = minor_;
  answer.keep_alive = client_.keep_alive;
  answer.request_id = request_id();
  http::append_own_answer(worker_.head, answer);
  worker_.gather.add(as_bytes(worker_.head));
  if (!worker_.gather.send(*client_.stream, client_.unsent)) {
    client_.keep_alive = false;
    end_ = RequestEnd::client_gone;
  } else if (end_ == RequestEnd::cancelled) {
    end_ = RequestEnd::answered_by_us;
  }
}

void HttpExchange::finish() {
  client_.sent_last = client_.sent_last && up_done_ && !up_broken_;
  if (state_ == State::answered) {
    if (end_ == RequestEnd::cancelled) {  // a tunnel
      end_ = RequestEnd::upgraded;
      end_attempt(AttemptEnd::answered);
    }
    return;
  }
  if (end_ == RequestEnd::client_gone) {
    client_.stream->abort();
  } else if (head_sent_) {
    const bool by_client = attempt().end == AttemptEnd::client_gone;
    if (end_ == RequestEnd::cancelled) {
      end_ = by_client ? RequestEnd::client_gone : RequestEnd::truncated;
    }
    client_.keep_alive = false;
    client_.stream->abort();
  } else {
    answer_ourselves();
  }
}

}  // namespace weir::proxy
