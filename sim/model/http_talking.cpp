#include "sim/model/http_talking.hpp"

#include <utility>

#include <fmt/format.h>

#include "task/race.hpp"

namespace weir::sim::model {
namespace {

constexpr std::uint64_t kInterimsMax = 16;                   // answers of 1xx before the final one
constexpr Duration kContinueWait = std::chrono::seconds(1);  // RFC 9110, 10.1.1: not for ever

Random random_of(const HttpClient& client, std::uint64_t connection) {
  StreamKey key;
  key.seed = client.seed;
  key.purpose = "http client connection";
  key.entity = connection;
  return Random(key);
}

// ---- asking ---------------------------------------------------------------------------------

std::string head_of(const HttpTalking& talking, const HttpAsked& asked) {
  const HttpClientOptions& options = talking.client.options;
  const std::string tag = to_string(asked.tag);
  const std::string key = options.keys > 0 ? fmt::format("k{}", asked.key) : "";
  std::string head = fmt::format(
      "{} {}{}?{} HTTP/1.1\r\nHost: {}\r\nWeir-Request: {}\r\nWeir-Answer: {}\r\n",
      to_string(asked.method), options.path, key, tag, options.host, tag, asked.answer_bytes);
  if (options.keys > 0) head += fmt::format("Weir-Key: {}\r\nCookie: weir={}\r\n", key, key);
  if (options.hop_fields) head += http_fields::kOfOneHop;
  if (asked.method == HttpMethod::post) {
    if (options.expect_continue) head += "Expect: 100-continue\r\n";
    head += asked.chunked ? std::string("Transfer-Encoding: chunked\r\n")
                          : fmt::format("Content-Length: {}\r\n", asked.body_bytes);
  }
  return head + "\r\n";
}

HttpMessage message_of(const HttpTalking& talking, const HttpAsked& asked) {
  HttpMessage message;
  message.head = head_of(talking, asked);
  message.body = Payload(asked.tag.connection, asked.tag.request, Way::up);
  message.body_bytes = asked.body_bytes;
  message.chunked = asked.chunked;
  return message;
}

// The head alone, then a wait. When the answer comes first, the body is not sent, and nothing can
// be asked after it.
task::Task<Step> send_head_first(HttpTalking& talking, HttpMessage& message, HttpTag tag,
                                 TimePoint deadline) {
  HttpMessage head;
  head.head = std::move(message.head);
  message.head.clear();
  talking.continues = false;
  const Step sent = co_await talking.channel->send(std::move(head), deadline);
  if (sent != Step::ok) co_return sent;
  const TimePoint until = after(talking.world.timers.now(), kContinueWait);
  while (!talking.continues && !talking.over && talking.world.timers.now() < until) {
    if (talking.asked.empty() || talking.asked.back().tag != tag) talking.over = true;
    if (talking.over) break;
    co_await talking.may_send_body.wait_until(talking.world.timers, until);
  }
  co_return Step::ok;
}

task::Task<Step> send_request(HttpTalking& talking, const HttpAsked& asked) {
  const TimePoint deadline = asked.deadline;
  const HttpTag tag = asked.tag;  // `asked` is gone as soon as it is answered
  const bool waits = talking.client.options.expect_continue && asked.method == HttpMethod::post;
  HttpMessage message = message_of(talking, asked);
  talking.has_asked.signal();
  if (waits) {
    const Step sent = co_await send_head_first(talking, message, tag, deadline);
    if (sent != Step::ok || talking.over) co_return sent;
  }
  co_return co_await talking.channel->send(std::move(message), deadline);
}

task::Task<> think(HttpTalking& talking) {
  const Duration thinking = talking.client.options.think.draw(talking.random);
  if (thinking == Duration(0)) co_return;
  const TimePoint until = after(talking.world.timers.now(), thinking);
  co_await task::sleep_until(talking.world.run_queue, talking.world.timers, until);
}

task::Task<> ask_all(HttpTalking& talking) {
  talking.sent = co_await send_request(talking, talking.asked.front());  // begun before the connect
  while (talking.sent == Step::ok && !talking.over && talking.begun() < talking.quota) {
    if (talking.asked.size() >= talking.client.options.pipeline) {
      co_await talking.may_ask.wait();
      continue;
    }
    co_await think(talking);
    if (talking.over) break;
    talking.sent = co_await send_request(talking, talking.begin_request());
  }
  talking.asks_no_more = true;
  talking.has_asked.signal();
}

// ---- receiving ------------------------------------------------------------------------------

Step wrong(HttpTalking& talking, std::string story) {
  talking.corrupt(std::move(story));
  return Step::corrupt;
}

// An answer that was cut short is a failure that shows, and nobody's lie.
Step judged(HttpTalking& talking, Step step) {
  if (step != Step::corrupt) return step;
  if (talking.channel->was_cut()) return Step::end;
  return wrong(talking, "a malformed answer: " + talking.channel->story());
}

// Up to the head of the final answer.
task::Task<Step> receive_head(HttpTalking& talking) {
  const HttpAsked& asked = talking.asked.front();
  HttpChannel& channel = *talking.channel;
  for (std::uint64_t interims = 0; interims <= kInterimsMax; ++interims) {
    channel.answers_head(asked.method == HttpMethod::head);
    const Step got = co_await channel.receive(asked.deadline);
    if (got != Step::ok) co_return judged(talking, got);
    if (channel.head().status >= 200) co_return Step::ok;
    if (channel.head().status == 101) break;
    talking.continues = talking.continues || channel.head().status == 100;
    talking.may_send_body.signal();
    const Step ended = co_await channel.receive(asked.deadline);
    if (ended != Step::ok) co_return judged(talking, ended);
  }
  co_return wrong(talking, "101, or no end of 1xx");
}

// Whose answer it is, and whether it promises what was asked for.
Step check_head(HttpTalking& talking, HttpEnd& end) {
  const HttpHead& head = talking.channel->head();
  const HttpAsked& asked = talking.asked.front();
  end.status = head.status;
  const std::string_view* connection = head.find("connection");
  const bool closes = connection != nullptr && *connection == "close";
  if (closes || head.framing == HttpFraming::until_end) talking.over = true;
  const std::string_view* tag = head.find(http_fields::kTag);
  end.own_answer = tag == nullptr;
  end.outcome = head.status >= 400 ? Outcome::error_answer : Outcome::complete;
  if (end.own_answer && (head.status < 400 || head.find("proxy-status") == nullptr)) {
    return wrong(talking, fmt::format("an answer of status {} that is neither a backend's nor the "
                                      "proxy's own",
                                      head.status));
  }
  if (const HttpField* stray = head.stray()) {
    return wrong(talking, fmt::format("the field {}, which was for the proxy alone", stray->name));
  }
  if (end.own_answer) return Step::ok;
  if (parse_tag(*tag) != asked.tag) return wrong(talking, fmt::format("the answer to {}", *tag));
  const std::string_view* received = head.find(http_fields::kReceived);
  if (received != nullptr && *received != asked.received && head.status < 400) {
    return wrong(talking, fmt::format("a backend received {} of the body, not {}", *received,
                                      asked.received));
  }
  if (head.status >= 400) return Step::ok;
  if (head.status != 200) return wrong(talking, fmt::format("the status {}", head.status));
  if (head.count("content-length") == 1 && head.length != asked.answer_bytes) {
    return wrong(talking,
                 fmt::format("an answer of {} bytes, not {}", head.length, asked.answer_bytes));
  }
  return Step::ok;
}

task::Task<Step> receive_body(HttpTalking& talking, bool is_derived) {
  const HttpAsked& asked = talking.asked.front();
  const Payload body(asked.tag.connection, asked.tag.request, Way::down);
  std::uint64_t bytes = 0;
  for (;;) {
    const Step got = co_await talking.channel->receive(asked.deadline);
    if (got != Step::ok) co_return judged(talking, got);
    if (talking.channel->part() == HttpPart::end) break;
    const ConstBytes some = talking.channel->body();
    talking.client.http.body_received(Way::down, some.size());
    if (is_derived && !body.is_same(some, bytes)) {
      co_return wrong(talking, body.explain(some, bytes));
    }
    bytes += some.size();
  }
  if (!is_derived || asked.method == HttpMethod::head || bytes == asked.answer_bytes) {
    co_return Step::ok;
  }
  co_return wrong(talking, fmt::format("an answer that looks complete after {} of {} bytes", bytes,
                                       asked.answer_bytes));
}

// The answer to the first request that is under way.
task::Task<Step> receive_answer(HttpTalking& talking) {
  const Step began = co_await receive_head(talking);
  if (began != Step::ok) co_return began;
  HttpEnd end;
  const Step right = check_head(talking, end);
  if (right != Step::ok) co_return right;
  const Step got = co_await receive_body(talking, end.outcome == Outcome::complete);
  if (got != Step::ok) co_return got;
  talking.end_request(end);
  talking.may_ask.signal();
  talking.may_send_body.signal();
  co_return Step::ok;
}

task::Task<> until_asked(HttpTalking& talking) { co_await talking.has_asked.wait(); }

// Nothing may come while nothing is asked, except the end.
task::Task<> watch_idle(HttpTalking& talking) {
  talking.received = co_await talking.channel->receive(kNever);
  if (talking.received == Step::ok || talking.received == Step::corrupt) {
    talking.received = wrong(talking, "bytes that nobody asked for");
  }
}

task::Task<> receive_all(HttpTalking& talking) {
  while (talking.received == Step::ok) {
    if (!talking.asked.empty()) {
      talking.received = co_await receive_answer(talking);
      if (talking.over) break;  // nothing will answer what was pipelined behind it
    } else if (talking.asks_no_more) {
      break;
    } else {
      const std::size_t first = co_await task::race(until_asked(talking), watch_idle(talking));
      if (first == 1) break;
    }
  }
  talking.over = true;
  talking.may_ask.signal();
  talking.may_send_body.signal();
  const bool has_failed = talking.received != Step::ok && talking.received != Step::end;
  if (has_failed) talking.channel->abort();  // wakes the asking half, if it waits
}

// Both ends, after all that there was to say.
task::Task<> close(HttpTalking& talking) {
  const HttpClientOptions& options = talking.client.options;
  const TimePoint until = after(talking.world.timers.now(), options.hold);
  co_await task::sleep_until(talking.world.run_queue, talking.world.timers, until);
  talking.channel->end_sending();
  const TimePoint deadline = after(talking.world.timers.now(), options.patience);
  const Step got = co_await talking.channel->receive(deadline);
  talking.cleanly = got == Step::end;
  if (got == Step::ok || got == Step::corrupt) wrong(talking, "bytes that nobody asked for");
  if (!talking.cleanly) talking.channel->abort();
}

Outcome failure_of(const HttpTalking& talking) {
  if (talking.sent == Step::quit || talking.received == Step::quit) return Outcome::quit;
  if (talking.received == Step::ok) return Outcome::cut_short;  // pipelined behind a last answer
  return outcome_of(talking.received);
}

// An answer that says no, whole.
task::Task<Step> receive_refusal(HttpTalking& talking) {
  const Step began = co_await receive_head(talking);
  if (began != Step::ok) co_return began;
  const unsigned status = talking.channel->head().status;
  if (status < 400) {
    co_return wrong(talking, fmt::format("an ambiguous request was answered {}", status));
  }
  HttpEnd end;
  const Step right = check_head(talking, end);
  if (right != Step::ok) co_return right;
  const Step got = co_await receive_body(talking, false);
  end.outcome = Outcome::quit;  // as its scenario says: no failure of anybody
  if (got == Step::ok) talking.end_request(end);
  co_return got;
}

HttpAttack draw_attack(HttpTalking& talking) {
  const HttpAttack chosen = talking.client.options.attack;
  if (chosen != HttpAttack::any) return chosen;
  return static_cast<HttpAttack>(2 + talking.random.below(kHttpAttacks - 2));
}

}  // namespace

task::Task<> converse(HttpTalking& talking) {
  co_await task::both(ask_all(talking), receive_all(talking));
  talking.end_all(failure_of(talking));
  const bool is_well = talking.sent == Step::ok && talking.received == Step::ok;
  if (is_well) co_await close(talking);
  if (!is_well && talking.received == Step::end) talking.cleanly = talking.sent == Step::ok;
  if (!is_well && !talking.cleanly) talking.channel->abort();
}

// Refused, and the connection ended, with nothing behind the refusal: that is the one right answer.
task::Task<> attack(HttpTalking& talking) {
  const HttpAsked& asked = talking.asked.front();
  const TimePoint deadline = asked.deadline;
  HttpMessage message;
  message.head = attack_text(draw_attack(talking), asked.tag);
  talking.sent = co_await talking.channel->send(std::move(message), deadline);
  talking.received = co_await receive_refusal(talking);
  const bool is_wrong = talking.received == Step::corrupt || talking.received == Step::gave_up;
  talking.end_all(is_wrong ? outcome_of(talking.received) : Outcome::quit);
  if (talking.received == Step::ok) {
    const Step next = co_await talking.channel->receive(deadline);
    if (next == Step::ok) wrong(talking, "a second answer to an ambiguous request");
    talking.cleanly = next == Step::end;
  }
  if (!talking.cleanly) talking.channel->abort();
}

HttpTalking::HttpTalking(io::World& owner, HttpClient& user, std::uint32_t how_many)
    : world(owner),
      client(user),
      quota(how_many),
      connection(user.witness.connecting(user.host)),
      random(random_of(user, connection)),
      may_ask(owner.run_queue),
      may_send_body(owner.run_queue),
      has_asked(owner.run_queue) {}

HttpTalking::~HttpTalking() {
  end_all(Outcome::abandoned);
  client.witness.closed(connection, cleanly);
}

const HttpAsked& HttpTalking::begin_request() {
  const HttpClientOptions& options = client.options;
  HttpAsked& request = asked.emplace_back();
  request.tag = HttpTag{connection, begun_++};
  const bool posts = random.chance(options.post);
  const bool asks_head = random.chance(options.head);
  const bool in_chunks = random.chance(options.chunked);
  request.answer_bytes = options.answer_bytes.draw(random);
  if (options.keys > 0) request.key = random.below(options.keys);
  request.method = posts ? HttpMethod::post : asks_head ? HttpMethod::head : HttpMethod::get;
  if (posts) request.body_bytes = options.request_bytes.draw(random);
  request.chunked = posts && in_chunks;
  const Payload body(request.tag.connection, request.tag.request, Way::up);
  const MutableBytes scratch = world.buffers.scratch();
  request.received =
      received_text(request.body_bytes, checksum_of(body, request.body_bytes, scratch));
  request.deadline = after(world.timers.now(), options.patience);
  client.http.request_begun(request.tag, request.method);
  if (options.keys > 0) client.http.request_keyed(request.tag, request.key);
  return request;
}

void HttpTalking::connected(std::unique_ptr<io::Stream> stream) {
  channel.emplace(world, std::move(stream), HttpRole::response,
                  draw_manners(client.options.manners, random));
}

void HttpTalking::end_request(const HttpEnd& end) {
  const HttpTag tag = asked.front().tag;
  asked.pop_front();
  HttpEnd told = end;
  const Manners& manners = client.options.manners;
  told.slowed = manners.read_rate > 0 || manners.send_rate > 0 ||
                manners.read_delay > Duration(0) || manners.trouble.how != Trouble::How::none;
  client.http.request_ended(tag, told);
}

void HttpTalking::end_all(Outcome outcome) {
  while (!asked.empty()) end_request(HttpEnd{outcome});
}

void HttpTalking::corrupt(std::string story) {
  const HttpTag last{connection, begun_ > 0 ? begun_ - 1 : 0};
  client.http.wrong_answer(asked.empty() ? last : asked.front().tag, std::move(story));
}

}  // namespace weir::sim::model
