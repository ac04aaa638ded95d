#include "tests/fuzz/session_facts.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <set>

#include "base/assert.hpp"

namespace weir::fuzz {
namespace {

using proxy::RequestEnd;
using sim::model::HttpDecoder;
using sim::model::HttpFraming;
using sim::model::HttpPart;
using sim::model::HttpRole;

struct Answer {
  unsigned status = 0;  // of the last head
  std::string body = {};
  bool whole = false;
  bool malformed = false;
  bool until_end = false;
};

// Takes one answer and the interim ones before it off `unread`.
Answer take_answer(ConstBytes& unread, const std::string& method) {
  HttpDecoder decoder(HttpRole::response);
  Answer answer;
  while (!answer.whole && !answer.malformed) {
    decoder.answers_head(method == "HEAD");
    const HttpPart part = decoder.next(unread);
    if (part == HttpPart::more) break;
    answer.malformed = part == HttpPart::malformed;
    if (part == HttpPart::head) {
      answer.status = decoder.head().status;
      answer.until_end = decoder.head().framing == HttpFraming::until_end;
    }
    if (part == HttpPart::body) answer.body += as_text(decoder.body());
    if (part == HttpPart::end) answer.whole = answer.status >= 200 || answer.status == 101;
  }
  return answer;
}

struct Asked {
  std::string method;
  std::string body;
  bool complete = false;
};

// The requests that a client made, as far as a strict reader understands them.
std::vector<Asked> requests_of(std::string_view text) {
  std::vector<Asked> requests;
  HttpDecoder decoder(HttpRole::request);
  ConstBytes unread = as_bytes(text);
  for (;;) {
    const bool between = requests.empty() || requests.back().complete;
    while (between && as_text(unread).starts_with("\r\n")) unread = unread.subspan(2);
    const HttpPart part = decoder.next(unread);
    if (part == HttpPart::more || part == HttpPart::malformed) return requests;
    if (part == HttpPart::head) requests.push_back({std::string(decoder.head().method), {}});
    if (part == HttpPart::body) requests.back().body += as_text(decoder.body());
    if (part == HttpPart::end) requests.back().complete = true;
  }
}

bool is_from(std::string_view text, const std::set<unsigned char>& tags) {
  return std::ranges::all_of(text, [&tags](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x80 || tags.contains(byte);
  });
}

class Facts {
 public:
  explicit Facts(const Stage& stage) : stage_(stage) {
    for (const Log& log : stage.client_logs) asked_.push_back(requests_of(log.read));
  }

  void check() {
    for (const Upstream& upstream : stage_.upstreams) check_upstream(upstream);
    for (std::size_t i = 0; i < stage_.client_logs.size(); ++i) check_client(i);
  }

 private:
  struct Told {
    const Exchange& exchange;
    Answer answer;  // as the proxy read it
  };

  void check_upstream(const Upstream& upstream);
  void check_request(const Upstream& upstream, const Exchange& exchange);
  void check_client(std::size_t client);
  void check_passed_on(const Record& record, const Answer& got) const;
  std::set<unsigned char> tags_of(const Record& record) const;

  const Stage& stage_;
  std::vector<std::vector<Asked>> asked_;
  std::vector<Told> told_;
};

void Facts::check_upstream(const Upstream& upstream) {
  ConstBytes unread = as_bytes(upstream.log.read);
  bool understood = true;
  for (const Exchange& exchange : upstream.exchanges) {
    check_request(upstream, exchange);
    Answer answer;
    if (understood) answer = take_answer(unread, exchange.method);
    understood = understood && !answer.malformed;
    if (!understood) answer = {.malformed = true};
    if (answer.until_end) answer.whole = upstream.log.read_ended;
    told_.push_back({exchange, std::move(answer)});
  }
}

// A backend hears of a request what its client said, and never the end of one that was refused.
void Facts::check_request(const Upstream& upstream, const Exchange& exchange) {
  if (exchange.id.empty()) return;
  const auto with_id = [&exchange](const Record& one) { return one.id == exchange.id; };
  ASSERT(std::ranges::count_if(stage_.records, with_id) == 1, "every request is told of once");
  const Record& record = *std::ranges::find_if(stage_.records, with_id);
  const auto client = static_cast<std::size_t>(record.session - 1);
  const std::string_view text =
      std::string_view(upstream.log.written).substr(exchange.begin, exchange.end - exchange.begin);
  ASSERT(is_from(text, {Stage::client_tag(client)}), "a request has its client's bytes only");
  ASSERT(exchange.method == record.method, "it is forwarded with its method");
  std::size_t times = 0;
  for (const Upstream& any : stage_.upstreams) {
    times +=
        static_cast<std::size_t>(std::ranges::count(any.exchanges, exchange.id, &Exchange::id));
  }
  ASSERT(times <= record.attempts, "what reached a backend was sent there");
  const bool may_be_repeated = exchange.body.empty() && exchange.method != "POST";
  ASSERT(times == 1 || may_be_repeated, "what is not idempotent reaches backends once");
  const bool refused = record.error == http::ProxyError::http_request_error;
  ASSERT(!refused || !exchange.complete, "what is refused does not look whole to a backend");
  if (record.number > asked_[client].size()) return;
  const Asked& asked = asked_[client][record.number - 1];
  ASSERT(asked.method == exchange.method, "requests come in their order");
  ASSERT(asked.body.starts_with(exchange.body), "with the body that they had");
  if (!exchange.complete) return;
  ASSERT(asked.complete && asked.body == exchange.body, "they are whole only if they were");
}

std::set<unsigned char> Facts::tags_of(const Record& record) const {
  std::set<unsigned char> tags;
  for (const Told& told : told_) {
    const std::string& id = told.exchange.id;
    const bool may_be = id == record.id || (id.empty() && record.attempts > 0);
    if (may_be) tags.insert(told.exchange.tag);
  }
  return tags;
}

// A client gets one answer for each of its requests, in order, each of its own backend's bytes;
// and nothing that broke off looks whole.
void Facts::check_client(std::size_t client) {
  const Log& log = stage_.client_logs[client];
  const bool cut = log.aborted || log.broken;
  ConstBytes unread = as_bytes(log.written);
  std::uint32_t number = 0;
  for (const Record& record : stage_.records) {
    if (record.session != client + 1) continue;
    ASSERT(record.number == ++number, "records are in the order of requests");
    const std::string_view rest = as_text(unread);
    Answer answer = take_answer(unread, record.method);
    ASSERT(!answer.malformed, "what a client gets is HTTP");
    const bool is_tunnel = answer.status == 101;
    if (is_tunnel) unread = {};  // has no form
    ASSERT(is_from(rest.substr(0, rest.size() - unread.size()), tags_of(record)),
           "an answer has its backend's bytes only");
    ASSERT((answer.status < 200 && !is_tunnel) || answer.status == record.status,
           "a client gets the status that is told");
    if (is_tunnel) {
      ASSERT(cut || record.end == RequestEnd::upgraded, "a tunnel that broke off is reset");
      continue;
    }
    if (answer.until_end) answer.whole = !cut;
    const bool ended_well =
        record.end == RequestEnd::complete || record.end == RequestEnd::answered_by_us;
    const bool told_late = record.end == RequestEnd::client_timeout && record.status == 408;
    ASSERT(ended_well || told_late || !answer.whole, "what broke off does not look whole");
    ASSERT(answer.whole || !ended_well || cut, "what ended well is whole");
    if (record.end == RequestEnd::complete) check_passed_on(record, answer);
  }
  ASSERT(unread.empty(), "a client gets nothing but answers");
}

void Facts::check_passed_on(const Record& record, const Answer& got) const {
  const Told* last = nullptr;
  for (const Told& told : told_) {
    if (told.exchange.id == record.id) last = &told;
  }
  if (last == nullptr) return;  // its head had not even gone out wholly
  const Answer& said = last->answer;
  if (said.malformed) return;  // to a reader that is stricter than it must be
  ASSERT(said.whole, "an answer is passed on as whole only if it was");
  ASSERT(said.status == record.status, "with its status");
  ASSERT(said.body.starts_with(got.body), "and its body");
  ASSERT(!got.whole || said.body == got.body, "all of it");
}

// For a person who looks at a failure.
void print(const char* who, std::size_t number, const Log& log) {
  std::fprintf(stderr, "%s %zu: the proxy read \"%s\" and wrote \"%s\"%s%s%s\n", who, number,
               log.read.c_str(), log.written.c_str(), log.read_ended ? ", read the end" : "",
               log.broken ? ", was told of a reset" : "", log.aborted ? ", reset it" : "");
}

void print(const Stage& stage) {
  for (std::size_t i = 0; i < stage.client_logs.size(); ++i) {
    print("client", i + 1, stage.client_logs[i]);
  }
  for (std::size_t i = 0; i < stage.upstreams.size(); ++i) {
    print("connection", i + 1, stage.upstreams[i].log);
  }
  for (const Record& record : stage.records) {
    const std::string_view end = proxy::to_string(record.end);
    std::fprintf(stderr, "client %u, request %u (%s, %s): %u, %.*s, %zu attempts\n",
                 static_cast<unsigned>(record.session), record.number, record.method.c_str(),
                 record.id.c_str(), record.status, static_cast<int>(end.size()), end.data(),
                 record.attempts);
  }
}

}  // namespace

void check_facts(const Stage& stage) {
  if (std::getenv("WEIR_FUZZ_TELL") != nullptr) print(stage);
  Facts(stage).check();
}

}  // namespace weir::fuzz
