// HttpExchange, second part: the request's way to the backend, and what is waited for.

#include "proxy/http_exchange.hpp"

#include <algorithm>

namespace weir::proxy {

// The head, and what has come of the body with it, in one write.
void HttpExchange::send_request() {
  up_moved_at_ = rate_since_ = now();
  worker_.gather.add(as_bytes(request_));
  carry_up();
  while (!is_over() && !up_done_ && to_upstream_.empty() && !client_.input.empty()) carry_up();
  client_.input.keep();
}

// Passes on what is there of the body.
void HttpExchange::carry_up() {
  Gather& gather = worker_.gather;
  while (!up_done_ && !gather.full() && !client_.input.empty()) {
    const http::BodyDecoder::Step step = up_.next(client_.input.bytes());
    if (sends_chunks_) {
      gather.add_chunk(step.data);
    } else {
      gather.add(step.data);
    }
    bytes_in_ += step.data.size();
    awaits_continue_ = false;
    client_.input.consume(step.consumed);
    if (step.status == http::BodyDecoder::Status::invalid) {
      gather.drop();
      client_.keep_alive = false;
      up_broken_ = true;
      state_ = State::failed;
      if (!head_sent_) status_ = step.refusal.status;
      error_ = http::ProxyError::http_request_error;
      details_ = step.refusal.reason;
      return end_attempt(AttemptEnd::client_gone);
    }
    if (step.status == http::BodyDecoder::Status::complete) {
      up_done_ = true;
      worker_.tail.clear();
      if (sends_chunks_) http::append_last_chunk(worker_.tail, up_.trailers());
      gather.add(as_bytes(worker_.tail));
    }
  }
  up_moved_at_ = up_blocked_at_ = now();
  if (!gather.send(upstream(), to_upstream_)) upstream_takes_no_more();
  if (!to_upstream_.empty()) up_backlog_.begin(upstream(), to_upstream_);
}

// The backend has gone, or will answer before it has read all. What it said is still to be read.
void HttpExchange::upstream_takes_no_more() {
  up_broken_ = true;
  up_done_ = true;
  client_.keep_alive = client_.keep_alive && !has_body_;
  to_upstream_.clear();
}

void HttpExchange::pump_up(bool readable) {
  if (!to_upstream_.empty()) {
    const std::size_t before = to_upstream_.size();
    if (!flush(upstream(), to_upstream_)) upstream_takes_no_more();
    if (to_upstream_.size() < before) up_moved_at_ = now();
    if (to_upstream_.empty()) rate_since_ += now() - up_blocked_at_;
  }
  while (!is_over() && !up_done_ && to_upstream_.empty()) {
    if (client_.input.empty()) {
      if (!readable) break;
      readable = false;
      const io::IoResult got = client_.input.fill(*client_.stream, worker_.world.buffers);
      if (got.status == io::IoStatus::would_block) break;
      if (got.status == io::IoStatus::end && state_ == State::tunnel) {
        up_done_ = true;
        client_.ended = true;
        break;
      }
      if (got.status != io::IoStatus::ok) return client_left(RequestEnd::client_gone);
    }
    carry_up();
  }
  client_.input.keep();
  if (state_ == State::tunnel && up_done_ && to_upstream_.empty()) end_tunnel_upwards();
}

void HttpExchange::end_tunnel_upwards() {
  if (!up_broken_) upstream().shutdown_write();
  if (!down_.complete()) return;
  if (!up_broken_) {
    state_ = State::answered;
  } else {  // the client's last bytes reached nobody
    fail(AttemptEnd::truncated, http::ProxyError::connection_terminated,
         "the backend closed the connection");
  }
}

// While the answer is waited for, a client that goes away ends the request. One that only ends its
// direction still gets its answer.
void HttpExchange::look_at_client() {
  const io::IoResult got = client_.input.fill(*client_.stream, worker_.world.buffers);
  client_.input.keep();
  if (got.status == io::IoStatus::end) client_.ended = true;
  if (got.status == io::IoStatus::ok || got.status == io::IoStatus::would_block) return;
  if (got.status != io::IoStatus::end) client_left(RequestEnd::client_gone);
}

void HttpExchange::client_left(RequestEnd end) {
  client_.keep_alive = false;
  state_ = State::failed;
  end_ = end;
  if (!head_sent_) status_ = 0;
  up_broken_ = true;
  end_attempt(AttemptEnd::client_gone);
}

void HttpExchange::want(Want want, task::Event& event) {
  wants_[wants_count_++] = want;
  client_.alarm.watch(event);
}

bool HttpExchange::woken_for(const task::Alarm::Woken& woken, Want want) const noexcept {
  for (std::size_t i = 0; i < wants_count_; ++i) {
    if (wants_[i] == want && woken.by(i)) return true;
  }
  return false;
}

void HttpExchange::watch() {
  wants_count_ = 0;
  const bool answer_waits = !client_.unsent.empty();
  if (!to_upstream_.empty()) want(Want::upstream_write, upstream().writable());
  const bool body_comes = !up_done_ && to_upstream_.empty();
  const bool could_leave = up_done_ && client_.input.empty() && !client_.ended;
  if (body_comes || could_leave) {
    want(Want::client_read, client_.stream->readable());
  } else if (!client_.ended) {
    want(Want::client_broken, client_.stream->broken());
  }
  if (answer_waits) want(Want::client_write, client_.stream->writable());
  const bool reads_answer = !answer_waits && !(state_ == State::tunnel && down_.complete());
  if (reads_answer) want(Want::upstream_read, upstream().readable());
  client_.alarm.set_deadline(deadline());
}

TimePoint HttpExchange::deadline() {
  const HttpTimeouts& timeouts = worker_.options.timeouts;
  if (state_ == State::tunnel) {
    return after(std::max(up_moved_at_, down_moved_at_), timeouts.tunnel_idle);
  }
  const BodyRate& rate = worker_.options.body_rate;
  const TimePoint take_by = client_.take_by(now(), rate);
  if (awaits_backend()) {
    return std::min(after(up_moved_at_, upstreams_.plan.timeouts.first_byte), take_by);
  }
  // Of an exchange that flows both ways, one direction may pause while the other does not.
  const bool answers = state_ == State::answering;
  const TimePoint moved_at = answers ? std::max(up_moved_at_, down_moved_at_) : up_moved_at_;
  const TimePoint idle = std::min(after(moved_at, timeouts.body_idle), take_by);
  if (up_done_ || !to_upstream_.empty()) return idle;
  return std::min(idle, rate.deadline(rate_since_, bytes_in_));
}

// Who is to blame is whom the exchange waits for.
void HttpExchange::time_is_up() {
  const bool client_reads_slowly = !client_.unsent.empty();
  if (client_reads_slowly) {
    if (!client_.takes_too_slowly(now())) {
      down_moved_at_ = now();
      return;
    }
  } else if ((!to_upstream_.empty() || state_ == State::awaiting_head) &&
             up_backlog_.shrank(upstream(), to_upstream_)) {
    up_moved_at_ = now();
    return;
  }
  if (state_ == State::tunnel) return client_left(RequestEnd::client_timeout);
  const bool client_sends_slowly = !up_done_ && to_upstream_.empty() && !awaits_continue_;
  if (client_reads_slowly || client_sends_slowly) {
    client_left(RequestEnd::client_timeout);
    if (!head_sent_) status_ = 408;
    return;
  }
  if (state_ == State::awaiting_head) {
    return fail(AttemptEnd::first_byte_timeout, http::ProxyError::http_response_timeout,
                "the backend did not answer in time");
  }
  fail(AttemptEnd::body_timeout, http::ProxyError::http_response_incomplete,
       "the backend's answer stood still");
}

void HttpExchange::step(const task::Alarm::Woken& woken) {
  if (woken.timed_out && woken.events == 0) return time_is_up();
  if (woken_for(woken, Want::client_broken)) return client_left(RequestEnd::client_gone);
  const bool client_read = woken_for(woken, Want::client_read);
  if (woken_for(woken, Want::client_write)) {
    const std::size_t before = client_.unsent.size();
    if (!flush(*client_.stream, client_.unsent)) return client_left(RequestEnd::client_gone);
    if (client_.unsent.size() < before) down_moved_at_ = now();
    if (client_.unsent.empty()) client_.unsent_by = kNever;  // what comes next counts anew
  }
  const bool body_comes = !up_done_;
  if (body_comes || !to_upstream_.empty()) pump_up(client_read);
  if (client_read && !body_comes && !is_over()) look_at_client();
  if (!is_over()) pump_down(woken_for(woken, Want::upstream_read));
  // What the client sent behind its request for an upgrade is already of the new protocol.
  if (state_ == State::tunnel && !client_.input.empty()) pump_up(false);
}

}  // namespace weir::proxy
