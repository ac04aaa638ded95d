#pragma once
// HttpExchange: one request and its answer: picks a backend, sends the request there, and carries
// both bodies until the answer has ended.
//
//   HttpExchange exchange(worker, client, head, destination);
//   co_await exchange.run();        // then client.keep_alive says whether another may follow
//
// - One coroutine, no nested tasks: each wake-up moves in both directions what can be moved
//   (pump_up, pump_down), and then waits for whatever that leaves to be waited for.
// - Heads and chunk framing are written anew; of a body only bytes that its decoder has accepted
// are
//   passed on. Doubt about framing closes both sides.
// - A connect that fails goes on to the next backend. A request is sent a second time only if it
//   went out on a kept connection that turned out to be closed, is idempotent and has no body
//   (RFC 9112, 9.3.1), and only once, on a fresh connection.
// - An answer that breaks off resets the client: it must not look complete.
// - Bounds: a direction holds at most one read (80 KiB) and its framing that the other side did not
//   take, and reads nothing meanwhile. Every wait has a deadline: HttpTimeouts.

#include <array>
#include <optional>
#include <string>

#include "base/pooled.hpp"
#include "http/body_decoder.hpp"
#include "http/head_end.hpp"
#include "http/head_writer.hpp"
#include "proxy/http_input.hpp"
#include "proxy/http_worker.hpp"
#include "task/alarm.hpp"

namespace weir::proxy {

// The client's side of a session, as its exchanges see it. Owned by the session.
struct ClientSide {
  ClientSide(io::World& world, std::unique_ptr<io::Stream> accepted)
      : stream(std::move(accepted)),
        peer(stream->peer()),
        unsent(world.buffers),
        alarm(world.run_queue, world.timers) {}

  // When it must have taken what waits in `unsent`; kNever while nothing does. Asked before each
  // wait; whoever empties `unsent` and may fill it again before the next sets unsent_by to kNever.
  TimePoint take_by(TimePoint now, const BodyRate& rate) noexcept {
    if (unsent.empty()) {
      unsent_by = kNever;
    } else if (unsent_by == kNever) {
      backlog.begin(*stream, unsent);
      unsent_by = rate.deadline(now, backlog.bytes());
    }
    return unsent_by;
  }

  // A wait for it is over: it has taken too little for too long.
  bool takes_too_slowly(TimePoint now) {
    return now >= unsent_by || !backlog.shrank(*stream, unsent);
  }

  std::unique_ptr<io::Stream> stream;
  Endpoint peer;
  HttpInput input;
  io::ByteQueue unsent;  // answers that it has not taken yet
  TimePoint unsent_by = kNever;
  Backlog backlog;
  task::Alarm alarm;         // of the one coroutine of the session
  std::uint64_t number = 0;  // of the session
  std::uint32_t requests = 0;
  TimePoint request_began{};
  bool keep_alive = true;  // another request may follow
  bool ended = false;      // it has ended its direction
  bool sent_last = false;  // it said that this request is its last, and all of that was read
};

class HttpExchange : public Pooled {
 public:
  // All references outlive it; `head` is read by this constructor only.
  HttpExchange(HttpWorker& worker, ClientSide& client, const http::RequestHead& head,
               const Destination& destination);
  ~HttpExchange();  // writes the record
  HttpExchange(const HttpExchange&) = delete;
  HttpExchange& operator=(const HttpExchange&) = delete;

  task::Task<> run();

 private:
  enum class State : std::uint8_t {
    awaiting_head,
    answering,  // its head is on its way to the client
    tunnel,     // after a 101
    answered,   // wholly read, and wholly written or queued
    failed,     // failure_ and attempt().end say how
  };
  enum class Want : std::uint8_t {
    client_read,
    client_broken,  // instead, while nothing more is read of it
    client_write,
    upstream_read,
    upstream_write
  };

  // Attempts (http_attempt.cpp).
  bool begin_attempt(const lb::PickInput& input);
  task::Task<> connect();
  void end_attempt(AttemptEnd end);
  bool may_try_again() const noexcept;
  void connect_failed(ErrorCode code);
  void fail(AttemptEnd how, http::ProxyError error, std::string_view details);
  Attempt& attempt() noexcept { return attempts_[tries_ - 1]; }

  // Carrying (http_exchange.cpp).
  void send_request();
  void watch();
  TimePoint deadline();
  void time_is_up();
  void step(const task::Alarm::Woken& woken);
  bool woken_for(const task::Alarm::Woken& woken, Want want) const noexcept;
  void want(Want want, task::Event& event);
  void pump_up(bool readable);
  void carry_up();
  void look_at_client();
  void client_left(RequestEnd end);  // it has gone, or is given up
  void upstream_takes_no_more();
  void end_tunnel_upwards();

  // The answer (http_answer.cpp).
  void pump_down(bool readable);
  bool carry_down();
  bool take_head();
  bool begin_answer(const http::ResponseHead& head);
  void upstream_ended(io::IoStatus status);
  void answer_ended();
  void answer_ourselves();
  void finish();

  io::Stream& upstream() noexcept { return lease_->stream(); }
  TimePoint now() const noexcept { return worker_.world.timers.now(); }
  std::string_view request_id() const noexcept {
    if (!believed_id_.empty()) return believed_id_;
    return {own_id_.data(), own_id_.size()};
  }
  // Nothing more is to be sent before it says something.
  bool awaits_backend() const noexcept {
    return state_ == State::awaiting_head && to_upstream_.empty() && (up_done_ || awaits_continue_);
  }
  bool is_over() const noexcept { return state_ == State::answered || state_ == State::failed; }

  HttpWorker& worker_;
  ClientSide& client_;
  const Destination& destination_;
  Upstreams& upstreams_;
  std::string request_;  // the head as it is sent to the backend
  std::array<char, 16> own_id_;
  std::string believed_id_;  // instead, where the client is trusted to name its requests
  std::string host_;
  std::uint64_t hash_;
  http::Method method_;
  std::uint16_t path_begin_;  // in request_
  std::uint32_t path_bytes_;
  std::uint8_t minor_;
  bool offers_upgrade_;
  bool sends_chunks_;  // the request's body is chunked
  bool has_body_;
  bool up_done_;                 // the request's body is wholly sent, or given up
  bool awaits_continue_;         // the client sends its body only when the backend says so
  bool up_broken_ = false;       // it was given up: the backend takes no more
  bool resends_ = false;         // the next attempt is the same again, on a fresh connection
  bool resent_ = false;          // it was one already
  bool client_chunks_ = false;   // the answer goes out in chunks
  bool upstream_keeps_ = false;  // the backend lets its connection be used again
  bool head_sent_ = false;       // something of the final answer went to the client
  std::uint8_t interim_ = 0;
  std::uint8_t wants_count_ = 0;
  std::array<Want, task::Alarm::kEventsMax> wants_{};
  State state_ = State::awaiting_head;
  http::BodyDecoder up_;
  http::BodyDecoder down_;
  http::HeadScan scan_;
  HttpInput from_upstream_;
  io::ByteQueue to_upstream_;
  std::optional<Lease> lease_;
  std::optional<lb::InFlight> in_flight_;
  TimePoint up_moved_at_;
  Backlog up_backlog_;
  TimePoint up_blocked_at_{};  // when the backend took no more of the request, if it does not
  TimePoint rate_since_{};     // from when on the body's rate counts, without such pauses
  TimePoint down_moved_at_;
  std::uint32_t tries_ = 0;
  std::array<Attempt, kTriesMax> attempts_{};
  std::array<std::uint32_t, kTriesMax> tried_{};
  // What the record will say.
  RequestEnd end_ = RequestEnd::cancelled;
  http::ProxyError error_ = http::ProxyError::none;
  std::uint16_t status_ = 0;
  std::string_view details_;  // a static text
  std::uint64_t bytes_in_ = 0;
  std::uint64_t bytes_out_ = 0;
};

}  // namespace weir::proxy
