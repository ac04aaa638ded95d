#include "http/response_parser.hpp"

#include "http/field_facts.hpp"
#include "http/start_line.hpp"

namespace weir::http {
namespace {

std::unexpected<Refusal> refused(std::string_view reason) noexcept {
  return std::unexpected(Refusal{502, reason});
}

// RFC 9112, 6.3, 1 and 2: these end with their head, whatever their fields say.
bool has_no_body(unsigned status, Method method) noexcept {
  return status < 200 || status == 204 || status == 304 || method == Method::head ||
         (method == Method::connect && status < 300);
}

// What the fields must not say: RFC 9110, 8.6, and RFC 9112, 6.1. "Content-Length: 0" on a 204 is
// common, and means what the 204 means.
std::string_view framing_problem(unsigned status, const Body& said) noexcept {
  if (status >= 200 && status != 204) return {};
  if (said.kind == Body::Kind::chunked) return "a 1xx or 204 has a Transfer-Encoding";
  if (said.length > 0) return "a 1xx or 204 has a Content-Length";
  return {};
}

// RFC 9110, 7.8 and 15.2.2: a switch was offered, and is told in both fields.
std::string_view switch_problem(const FieldFacts& facts, bool offered, unsigned minor) noexcept {
  if (!offered) return "a 101 answers a request that offers no upgrade";
  if (minor == 0) return "a 101 comes in HTTP/1.0";
  if (facts.upgrades != 1 || !is_token(facts.upgrade) || !facts.connection_upgrade) {
    return "a 101 does not say to which protocol it switches";
  }
  return {};
}

}  // namespace

ResponseParser::ResponseParser(const Limits& limits) : tokenizer_(HeadKind::response, limits) {}

OrRefusal<ResponseHead> ResponseParser::parse(ConstBytes bytes, Asked asked) {
  const std::string_view text = as_text(bytes);
  const auto line = parse_status_line(text.substr(0, text.find('\r')));
  if (!line) return std::unexpected(line.error());
  if (!tokenizer_.run(text)) return refused(tokenizer_.refusal().reason);
  const auto facts = read_fields(tokenizer_.fields(), line->minor);
  if (!facts) return refused(facts.error().reason);
  const Body& said = facts->framing;
  std::string_view problem = framing_problem(line->status, said);
  if (problem.empty() && line->status == 101) {
    problem = switch_problem(*facts, asked.upgrade, line->minor);
  }
  if (!problem.empty()) return refused(problem);

  ResponseHead head;
  head.status = line->status;
  head.reason = line->reason;
  head.minor = line->minor;
  if (has_no_body(line->status, asked.method)) {
    // 1xx, 204 and answers to CONNECT have nothing to describe.
    const bool describes =
        line->status >= 200 && line->status != 204 && asked.method != Method::connect;
    if (describes && said.kind == Body::Kind::length) head.described = said;
  } else {
    head.body = said.kind == Body::Kind::none ? Body{Body::Kind::until_close} : said;
  }
  head.tunnel = line->status == 101 ||
                (asked.method == Method::connect && line->status >= 200 && line->status < 300);
  head.keep_alive =
      facts->persistent(line->minor) && !head.tunnel && head.body.kind != Body::Kind::until_close;
  if (line->status == 101) head.upgrade = facts->upgrade;
  head.fields = tokenizer_.fields();
  return head;
}

}  // namespace weir::http
