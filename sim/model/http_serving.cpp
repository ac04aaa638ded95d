#include "sim/model/http_serving.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace weir::sim::model {
namespace {

using What = HttpTrouble::What;

Random random_of(const HttpBackend& backend) {
  StreamKey key;
  key.seed = backend.seed;
  key.purpose = "http backend connection";
  key.entity = mix(backend.host, backend.accepted);
  return Random(key);
}

Step wrong(HttpServing& serving, std::string story) {
  serving.backend.http.wrong_request(serving.backend.host, std::move(story));
  return Step::corrupt;
}

// A message that was cut short is the right of whoever sends it; anything else malformed is not.
Step judged(HttpServing& serving, Step step) {
  if (step != Step::corrupt) return step;
  if (serving.channel.was_cut()) return Step::end;
  return wrong(serving, "a malformed request: " + serving.channel.story());
}

// The target repeats the tag, so that heads which were mixed show.
Step read_tag(HttpServing& serving, const HttpHead& head) {
  const std::string_view* tag = head.find(http_fields::kTag);
  if (tag == nullptr) return wrong(serving, fmt::format("\"{}\" without a tag", head.target));
  serving.request.tag = parse_tag(*tag);
  if (!serving.request.tag) return wrong(serving, fmt::format("the tag \"{}\"", *tag));
  const std::size_t query = head.target.find('?');
  const bool same = query != std::string_view::npos && head.target.substr(query + 1) == *tag;
  if (!same) return wrong(serving, fmt::format("request {} has target {}", *tag, head.target));
  const std::string_view* answer = head.find(http_fields::kAnswer);
  const auto bytes = parse_decimal(answer != nullptr ? *answer : std::string_view());
  if (!bytes) return wrong(serving, fmt::format("request {} asks for nothing", *tag));
  serving.request.answer_bytes = *bytes;
  return Step::ok;
}

Step begin_request(HttpServing& serving) {
  const HttpHead& head = serving.channel.head();
  serving.request = HttpRequest();
  HttpRequest& request = serving.request;
  if (const HttpField* stray = head.stray()) {
    return wrong(serving, fmt::format("the field {}, which was for the proxy alone", stray->name));
  }
  const std::optional<HttpMethod> method = parse_method(head.method);
  if (!method) return wrong(serving, fmt::format("the method {}", head.method));
  request.method = *method;
  const std::string_view* expect = head.find("expect");
  const std::string_view* connection = head.find("connection");
  request.expects_continue = expect != nullptr && *expect == "100-continue";
  request.says_close = connection != nullptr && *connection == "close";
  request.has_body = head.framing != HttpFraming::none;
  ++serving.requests;
  if (request.says_close || serving.requests >= serving.backend.options.requests_max) {
    serving.closes = true;
  }
  if (head.target == serving.backend.options.probe_path) return Step::ok;
  return read_tag(serving, head);
}

Step check_body(HttpServing& serving, ConstBytes bytes) {
  HttpRequest& request = serving.request;
  if (!request.tag) return wrong(serving, "a probe with a body");
  const Payload body(request.tag->connection, request.tag->request, Way::up);
  if (!body.is_same(bytes, request.received)) {
    return wrong(serving, fmt::format("request {}: {}", to_string(*request.tag),
                                      body.explain(bytes, request.received)));
  }
  request.checksum.add(bytes);
  request.received += bytes.size();
  serving.backend.http.body_received(Way::up, bytes.size());
  return Step::ok;
}

// Up to the end of the request.
task::Task<Step> read_body(HttpServing& serving) {
  for (;;) {
    const Step got = co_await serving.channel.receive(kNever);
    if (got != Step::ok) co_return judged(serving, got);
    if (serving.channel.part() == HttpPart::end) break;
    const Step right = check_body(serving, serving.channel.body());
    if (right != Step::ok) co_return right;
  }
  serving.request.has_body = false;
  co_return Step::ok;
}

task::Task<Step> send_text(HttpServing& serving, std::string text) {
  HttpMessage message;
  message.head = std::move(text);
  co_return co_await serving.channel.send(std::move(message), kNever);
}

// Reads and forgets, so that the peer sees this side's end and not a reset.
task::Task<Step> wait_for_end(HttpServing& serving) {
  Step got = Step::ok;
  while (got == Step::ok) {
    const Step next = co_await serving.channel.receive(kNever);
    got = next;
  }
  co_return got == Step::corrupt ? Step::end : got;
}

// What this side sent has spoilt the connection: no request may come here any more.
task::Task<Step> wait_to_be_given_up(HttpServing& serving) {
  const Step got = co_await serving.channel.receive(kNever);
  if (got != Step::ok) co_return got == Step::corrupt ? Step::end : got;
  co_return wrong(serving, "a request on a connection that had to be given up");
}

task::Task<> sleep(HttpServing& serving, Duration time) {
  io::World& world = serving.process.world;
  const TimePoint until = after(world.timers.now(), time);
  co_await task::sleep_until(world.run_queue, world.timers, until);
}

task::Task<> work(HttpServing& serving, Duration extra) {
  const HttpBackendOptions& options = serving.backend.options;
  const Law& law = serving.request.tag ? options.service : options.probe_service;
  Duration time = law.draw(serving.random) + extra;
  const Duration age = serving.process.world.timers.now() - serving.process.started_at;
  if (age < options.cold_for) time *= static_cast<std::int64_t>(options.cold_factor);
  co_await sleep(serving, time);
}

HttpFraming draw_framing(HttpServing& serving) {
  switch (serving.backend.options.answers) {
    case HttpAnswers::length: return HttpFraming::length;
    case HttpAnswers::chunked: return HttpFraming::chunked;
    case HttpAnswers::until_end: return HttpFraming::until_end;
    case HttpAnswers::any: break;
  }
  const std::uint64_t which = serving.random.below(3);
  return which == 0   ? HttpFraming::length
         : which == 1 ? HttpFraming::chunked
                      : HttpFraming::until_end;
}

std::string status_head(const HttpServing& serving, unsigned status) {
  const char* reason = status < 400 ? "OK" : "Trouble";
  std::string head =
      fmt::format("HTTP/1.1 {} {}\r\nWeir-Backend: {}\r\n", status, reason, serving.backend.host);
  const HttpRequest& request = serving.request;
  if (request.tag) head += fmt::format("Weir-Request: {}\r\n", to_string(*request.tag));
  if (request.tag && !request.has_body) {
    head += fmt::format("Weir-Received: {}\r\n", received_text(request.received, request.checksum));
  }
  return head;
}

// The right answer. HEAD, and what has no tag, gets a head alone.
HttpMessage make_answer(HttpServing& serving, HttpFraming framing) {
  const HttpRequest& request = serving.request;
  HttpMessage answer;
  answer.head = status_head(serving, 200);
  if (framing == HttpFraming::until_end) serving.closes = true;
  if (serving.backend.options.hop_fields) answer.head += http_fields::kOfOneHop;
  if (serving.closes) answer.head += "Connection: close\r\n";
  if (framing == HttpFraming::length) {
    answer.head += fmt::format("Content-Length: {}\r\n", request.answer_bytes);
  }
  if (framing == HttpFraming::chunked) answer.head += "Transfer-Encoding: chunked\r\n";
  answer.head += "\r\n";
  if (!request.tag || request.method == HttpMethod::head) return answer;
  answer.body = Payload(request.tag->connection, request.tag->request, Way::down);
  answer.body_bytes = request.answer_bytes;
  answer.chunked = framing == HttpFraming::chunked;
  return answer;
}

std::string error_answer(HttpServing& serving, unsigned status) {
  const std::string_view body = serving.request.method == HttpMethod::head ? "" : "trouble\n";
  return fmt::format("{}Content-Length: 8\r\n{}\r\n{}", status_head(serving, status),
                     serving.closes ? "Connection: close\r\n" : "", body);
}

// Says that more comes than does; HEAD has nothing but its head to cut.
HttpMessage truncated_answer(HttpServing& serving) {
  const bool by_length = serving.request.answer_bytes > 1;
  HttpMessage answer = make_answer(serving, by_length ? HttpFraming::length : HttpFraming::chunked);
  answer.whole = false;
  if (answer.body_bytes == 0) answer.bytes_max = answer.head.size() - 2;
  answer.body_bytes /= 2;
  return answer;
}

task::Task<Step> break_off(HttpServing& serving, HttpMessage answer, bool resets) {
  const Step sent = co_await serving.channel.send(std::move(answer), kNever);
  if (sent != Step::ok) co_return sent;
  if (resets) co_return Step::quit;  // its connection is aborted
  serving.channel.end_sending();
  co_return co_await wait_for_end(serving);
}

HttpMalformed draw_malformed(const HttpTrouble& trouble, Random& random) {
  if (trouble.how != HttpMalformed::any) return trouble.how;
  return static_cast<HttpMalformed>(1 + random.below(kHttpMalformed - 1));
}

task::Task<Step> send_malformed(HttpServing& serving, HttpMalformed how) {
  const HttpTag tag = serving.request.tag.value_or(HttpTag());
  const Step sent = co_await send_text(serving, malformed_answer(how, tag));
  if (sent != Step::ok) co_return sent;
  co_return co_await wait_to_be_given_up(serving);
}

task::Task<Step> send_interims(HttpServing& serving, std::uint64_t count) {
  for (std::uint64_t i = 0; i < count; ++i) {
    const char* interim = i % 2 == 0 ? "HTTP/1.1 103 Early Hints\r\nLink: </style.css>\r\n\r\n"
                                     : "HTTP/1.1 100 Continue\r\n\r\n";
    const Step sent = co_await send_text(serving, interim);
    if (sent != Step::ok) co_return sent;
  }
  co_return Step::ok;
}

// The second answer comes right behind the first, or `extra` later.
task::Task<Step> send_too_much(HttpServing& serving, HttpMessage right, HttpTrouble trouble) {
  std::string unwanted = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nunwanted\n";
  const Duration later = trouble.extra.draw(serving.random);
  if (later == Duration(0)) right.tail = std::exchange(unwanted, {});
  const Step sent = co_await serving.channel.send(std::move(right), kNever);
  if (sent != Step::ok) co_return sent;
  if (later > Duration(0)) {
    co_await sleep(serving, later);
    const Step sent_later = co_await send_text(serving, std::move(unwanted));
    if (sent_later != Step::ok) co_return sent_later;
  }
  co_return co_await wait_to_be_given_up(serving);
}

// Once the work is done.
task::Task<Step> answer(HttpServing& serving, HttpTrouble trouble) {
  switch (trouble.what) {
    case What::malformed: {
      const HttpMalformed how = draw_malformed(trouble, serving.random);
      co_return co_await send_malformed(serving, how);
    }
    case What::truncate:
      serving.closes = true;
      co_return co_await break_off(serving, truncated_answer(serving), false);
    case What::error: co_return co_await send_text(serving, error_answer(serving, trouble.status));
    default: break;
  }
  const HttpFraming framing = draw_framing(serving);
  HttpMessage right = make_answer(serving, framing);
  if (trouble.what == What::close || trouble.what == What::reset) {
    right.bytes_max = trouble.at;
    co_return co_await break_off(serving, std::move(right), trouble.what == What::reset);
  }
  if (trouble.what == What::unsolicited) {
    co_return co_await send_too_much(serving, std::move(right), trouble);
  }
  co_return co_await serving.channel.send(std::move(right), kNever);
}

// Takes a slot, unless it is a probe or an error that costs nothing.
task::Task<Step> work_and_answer(HttpServing& serving, HttpTrouble trouble) {
  HttpBackend& backend = serving.backend;
  if (trouble.what == What::error) co_return co_await answer(serving, trouble);
  std::optional<Slots::Place> place;
  if (serving.request.tag) place.emplace(serving.process.slots);
  if (place && place->was_turned_away()) {
    co_return co_await send_text(serving, error_answer(serving, 503));
  }
  while (place && !place->has_slot()) co_await place->event().wait();
  if (serving.request.tag) {
    const bool complete = !serving.request.has_body;
    backend.http.processing(backend.host, *serving.request.tag, serving.request.method, complete);
  }
  if (trouble.what == What::stall) co_await sleep(serving, Duration::max());
  Duration extra(0);
  if (trouble.what == What::slow) extra = trouble.extra.draw(serving.random);
  co_await work(serving, extra);
  if (trouble.what == What::interim) {
    const Step sent = co_await send_interims(serving, trouble.interims);
    if (sent != Step::ok) co_return sent;
  }
  co_return co_await answer(serving, trouble);
}

task::Task<Step> one_request(HttpServing& serving) {
  HttpBackend& backend = serving.backend;
  const Step began = begin_request(serving);
  if (began != Step::ok) co_return began;
  if (!serving.request.tag) backend.http.probed(backend.host);
  const Duration now = serving.process.world.timers.now() - TimePoint();
  const bool is_probe = !serving.request.tag;
  const HttpTrouble* found = find_trouble(backend.options.troubles, now, is_probe, serving.random);
  HttpTrouble trouble;
  if (found != nullptr) trouble = *found;
  const bool early = trouble.what == What::early && serving.request.has_body;
  if (!early) {
    if (serving.request.expects_continue && serving.request.has_body) {
      const Step asked = co_await send_text(serving, "HTTP/1.1 100 Continue\r\n\r\n");
      if (asked != Step::ok) co_return asked;
    }
    const Step got = co_await read_body(serving);
    if (got != Step::ok) co_return got;
  }
  const Step answered = co_await work_and_answer(serving, trouble);
  if (answered != Step::ok) co_return answered;
  if (!early) co_return Step::ok;
  co_return co_await read_body(serving);
}

}  // namespace

HttpServing::HttpServing(HttpProcess& owner, std::unique_ptr<io::Stream> stream)
    : process(owner),
      backend(owner.backend),
      random(random_of(owner.backend)),
      channel(owner.world, std::move(stream), HttpRole::request,
              draw_manners(owner.backend.options.manners, random)) {
  ++owner.backend.accepted;
}

task::Task<Step> converse(HttpServing& serving) {
  while (!serving.closes) {
    const TimePoint idle_until =
        after(serving.process.world.timers.now(), serving.backend.options.keep_alive);
    const Step got = co_await serving.channel.receive(idle_until);
    if (got == Step::gave_up) co_return Step::ok;  // idle for too long
    if (got != Step::ok) co_return judged(serving, got);
    const Step step = co_await one_request(serving);
    if (step != Step::ok) co_return step;
  }
  serving.channel.end_sending();
  co_return co_await wait_for_end(serving);
}

}  // namespace weir::sim::model
