#include "backend/http_connection.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

namespace weir::backend {
namespace {

constexpr std::uint64_t kInlineBytesMax = 8 * 1024;  // of /bytes/N, staged instead of streamed
constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

// Room for one answer, and for the kContinue that may follow before the next flush.
constexpr std::size_t kStagedAnswerMax = kHeadBytesMax + kInlineBytesMax + kContinue.size();

Count class_of(std::uint16_t status) {
  switch (status / 100) {
    case 2: return Count::answers_2xx;
    case 3: return Count::answers_3xx;
    case 4: return Count::answers_4xx;
    default: return Count::answers_5xx;
  }
}

}  // namespace

task::Task<> HttpConnection::run() {
  using Event = RequestParser::Event;
  while (!done_) {
    if (channel_.input().empty()) {
      channel_.flush();  // one write answers all that one read brought
      if (channel_.has_unsent()) co_await channel_.drain();
      const Refill refilled = channel_.refill();
      if (refilled == Refill::over) break;
      if (refilled == Refill::wait) co_await channel_.stream().readable().wait();
      if (refilled == Refill::yield) co_await channel_.yield();
      continue;
    }
    const RequestParser::Step step = parser_.parse(channel_.input());
    channel_.consume(step.consumed);
    bool must_send = false;
    if (step.event == Event::complete) must_send = begin_answer();
    if (step.event == Event::head) must_send = begin_body();
    if (step.event == Event::invalid) must_send = begin_refusal();
    if (must_send) co_await send();
  }
  const bool linger = linger_ || !channel_.input().empty();
  co_await channel_.close(linger);
}

bool HttpConnection::begin_body() {
  const Request& request = parser_.request();
  if (request.expects_continue) channel_.out().add(as_bytes(kContinue));
  if (find_route(request.method, request.target).page != Page::echo) return false;
  answer_ = worker_.answer(request);
  answered_ = true;
  linger_ = answer_.close;
  return true;
}

bool HttpConnection::begin_answer() {
  worker_.counters.add(Count::requests);
  if (std::exchange(answered_, false)) return false;
  answer_ = worker_.answer(parser_.request());
  if (!can_stage() || answer_.fate != Fate::whole || answer_.delay > Duration::zero()) return true;
  stage();
  done_ = answer_.close;
  return false;
}

// What was refused is still in the input, so that run() lingers.
bool HttpConnection::begin_refusal() {
  worker_.counters.add(Count::refused);
  done_ = answered_;  // only the body is broken: the request has had its answer
  if (answered_) return false;
  answer_ = refuse(parser_.refusal());
  return true;
}

bool HttpConnection::can_stage() const {
  const bool is_small = answer_.head_only || answer_.source == Source::text ||
                        (answer_.source == Source::pattern && answer_.length <= kInlineBytesMax &&
                         answer_.framing == Framing::identity);
  return is_small && worker_.staging.room().size() >= kStagedAnswerMax;
}

void HttpConnection::stage() {
  Staging& out = channel_.out();
  const std::size_t begin = out.filled().size();
  out.took(write_head(answer_, worker_.site.options().name, worker_.date(), out.room()));
  const std::size_t head_end = out.filled().size();
  if (!answer_.head_only && answer_.has_body()) {
    if (answer_.source == Source::text) out.add(as_bytes(answer_.text()));
    if (answer_.source == Source::pattern) {
      std::array<ConstBytes, 1> piece;
      if (PatternBody(answer_.length, Framing::identity).gather(piece) > 0) out.add(piece[0]);
    }
  }
  if (answer_.fate != Fate::whole) {
    const std::size_t body = out.filled().size() - head_end;
    out.cut(body > 0 ? head_end + body / 2 : begin + (head_end - begin) / 2);
  }
  count();
}

void HttpConnection::count() const {
  Counters& counters = worker_.counters;
  counters.add(class_of(answer_.status));
  if (answer_.injected) counters.add(Count::failed);
  if (answer_.fate == Fate::reset) counters.add(Count::resets);
  if (answer_.fate == Fate::close_early) counters.add(Count::closed_early);
}

task::Task<> HttpConnection::send() {
  channel_.flush();  // answers to earlier requests
  if (channel_.has_unsent()) co_await channel_.drain();
  if (answer_.fate == Fate::never) {
    worker_.counters.add(Count::hung);
    co_await channel_.discard_input();
    done_ = true;
    co_return;
  }
  if (answer_.delay > Duration::zero()) co_await channel_.pause(answer_.delay);
  if (answer_.source == Source::echo) {
    co_await send_echo();
  } else if (can_stage()) {
    stage();
  } else {
    co_await send_pattern();
  }
  if (answer_.fate != Fate::whole) co_await end_early();
  done_ = done_ || answer_.close || channel_.broken();
}

// The answer was cut; now the connection is, too.
task::Task<> HttpConnection::end_early() {
  channel_.flush();
  if (channel_.has_unsent()) co_await channel_.drain();
  if (answer_.fate == Fate::reset && !channel_.broken()) channel_.reset();
  linger_ = true;  // or else bytes that nobody read would turn the end into a reset
  done_ = true;
}

task::Task<> HttpConnection::send_pattern() {
  Staging& out = channel_.out();
  out.took(write_head(answer_, worker_.site.options().name, worker_.date(), out.room()));
  count();
  PatternBody body(answer_.length, answer_.framing);
  if (answer_.fate != Fate::whole) {
    std::array<ConstBytes, 2> pieces;
    const std::size_t pieces_count = body.gather(pieces);
    ConstBytes& last = pieces[pieces_count - 1];
    last = last.first(last.size() / 2);
    channel_.write(std::span(pieces.data(), pieces_count));
    co_return;
  }
  while (!body.done() && !channel_.broken()) {
    const bool more = channel_.write_pattern(body);
    if (channel_.has_unsent()) {
      co_await channel_.drain();
    } else if (!more && !channel_.broken()) {
      co_await channel_.writable();
    }
  }
}

task::Task<> HttpConnection::send_echo() {
  Staging& out = channel_.out();
  out.took(write_head(answer_, worker_.site.options().name, worker_.date(), out.room()));
  count();
  for (bool complete = false; !complete;) {
    if (channel_.input().empty()) {
      channel_.flush();
      if (channel_.has_unsent()) co_await channel_.drain();
      const Refill refilled = channel_.refill();
      if (refilled == Refill::over) {
        done_ = true;  // half an echo: the end of the connection says so
        co_return;
      }
      if (refilled == Refill::wait) co_await channel_.stream().readable().wait();
      if (refilled == Refill::yield) co_await channel_.yield();
      continue;
    }
    const RequestParser::Step step = parser_.parse(channel_.input());
    channel_.consume(step.consumed);
    if (step.event == RequestParser::Event::invalid) {
      worker_.counters.add(Count::refused);
      answer_.fate = Fate::reset;  // its head is out: all that is left to say is that it failed
      co_return;
    }
    complete = step.event == RequestParser::Event::complete;
    if (!step.body.empty()) write_echo(step.body);
    if (channel_.has_unsent()) co_await channel_.drain();
    if (!step.body.empty() && answer_.fate != Fate::whole) co_return;
  }
  worker_.counters.add(Count::requests);
  answered_ = false;
  linger_ = false;
  if (answer_.framing == Framing::chunked) out.add(as_bytes("0\r\n\r\n"));
}

void HttpConnection::write_echo(ConstBytes body) {
  const ConstBytes sent = answer_.fate == Fate::whole ? body : body.first(body.size() / 2);
  if (answer_.framing == Framing::identity) return channel_.write(std::span(&sent, 1));
  std::array<char, 20> head;
  const auto end = fmt::format_to_n(head.data(), head.size(), "{:x}\r\n", body.size());
  channel_.out().add(as_bytes({head.data(), end.size}));
  const std::array pieces = {sent, as_bytes("\r\n")};
  channel_.write(answer_.fate == Fate::whole ? std::span(pieces) : std::span(pieces).first(1));
}

}  // namespace weir::backend
