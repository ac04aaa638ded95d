#include "http/request_parser.hpp"

#include <algorithm>

#include "http/chars.hpp"
#include "http/field_facts.hpp"
#include "http/start_line.hpp"
#include "http/target.hpp"

namespace weir::http {
namespace {

// RFC 9112, 3.2: one Host, which HTTP/1.0 may do without.
std::string_view host_problem(const FieldFacts& facts, unsigned minor) noexcept {
  if (facts.hosts > 1) return "there is more than one Host field";
  if (facts.hosts == 0 && minor == 1) return "the Host field is missing";
  if (facts.hosts == 1 && facts.host.empty()) return "the Host field is empty";
  return {};
}

// The one protocol that a client may ask to switch to, or "". An offer that is not taken is not
// an error (RFC 9110, 7.8). With a body it would be unclear where the new protocol begins; and to
// h2c a backend would switch behind which nobody checks what a client sends.
std::string_view offered_upgrade(const FieldFacts& facts, unsigned minor) noexcept {
  const bool offered = facts.upgrades == 1 && facts.connection_upgrade && minor == 1;
  if (!offered || !facts.framing.empty() || !is_token(facts.upgrade)) return {};
  if (equal_ignoring_case(facts.upgrade, "h2c")) return {};
  return facts.upgrade;
}

// RFC 9110, 10.1.1: HTTP/1.0 has no expectations, and without a body there is nothing to wait for.
OrRefusal<bool> expects_continue(const FieldFacts& facts, unsigned minor) noexcept {
  if (facts.expects == 0 || minor == 0) return false;
  if (facts.expects > 1 || !equal_ignoring_case(facts.expect, "100-continue")) {
    return std::unexpected(Refusal{417, "the only expectation that is met is 100-continue"});
  }
  return !facts.framing.empty();
}

// RFC 9110, 7.6.2. For other methods the field means nothing.
OrRefusal<std::optional<std::uint32_t>> max_forwards(Method method,
                                                     const FieldFacts& facts) noexcept {
  constexpr std::uint32_t kMost = 999'999'999;
  const bool counts = method == Method::options || method == Method::trace;
  if (!counts || facts.max_forwards_count == 0) return std::nullopt;
  const std::string_view digits = facts.max_forwards;
  if (facts.max_forwards_count > 1 || digits.empty() || !all_are(kDigit, digits)) {
    return std::unexpected(Refusal{400, "the Max-Forwards field is not one number"});
  }
  std::uint64_t number = 0;
  for (const char digit : digits) {
    number = std::min<std::uint64_t>(kMost, number * 10 + static_cast<unsigned>(digit - '0'));
  }
  if (number > 0) return static_cast<std::uint32_t>(number);
  return std::unexpected(Refusal{501,
                                 "Max-Forwards ends here, where OPTIONS and TRACE are not "
                                 "offered"});
}

}  // namespace

RequestParser::RequestParser(const Limits& limits)
    : limits_(limits), tokenizer_(HeadKind::request, limits) {}

OrRefusal<RequestHead> RequestParser::parse(ConstBytes bytes) {
  std::string_view text = as_text(bytes);
  while (text.starts_with("\r\n")) text.remove_prefix(2);  // find_head_end() counted them
  const auto line = parse_request_line(text.substr(0, text.find('\r')));
  if (!line) return std::unexpected(line.error());
  if (line->method == Method::connect) {  // llhttp takes its target for something else
    return std::unexpected(Refusal{501, "CONNECT is not offered here"});
  }
  if (!tokenizer_.run(text)) return std::unexpected(tokenizer_.refusal());
  const auto facts = read_fields(tokenizer_.fields(), line->minor);
  if (!facts) return std::unexpected(facts.error());
  if (const std::string_view problem = host_problem(*facts, line->minor); !problem.empty()) {
    return std::unexpected(Refusal{400, problem});
  }
  const auto target = read_target(line->method, line->target, facts->host);
  if (!target) return std::unexpected(target.error());
  const auto expects = expects_continue(*facts, line->minor);
  if (!expects) return std::unexpected(expects.error());
  if (facts->framing.length > limits_.body_bytes_max) {
    return std::unexpected(Refusal{413, "the body is too large"});
  }
  if (line->method == Method::trace && !facts->framing.empty()) {  // RFC 9110, 9.3.8
    return std::unexpected(Refusal{400, "a TRACE request has a body"});
  }

  const auto forwards = max_forwards(line->method, *facts);
  if (!forwards) return std::unexpected(forwards.error());

  RequestHead head;
  head.method = line->method;
  head.method_text = line->method_text;
  head.target = line->target;
  head.path = with_slash(target->path);
  head.authority = target->authority;
  head.minor = line->minor;
  head.body = facts->framing;
  head.keep_alive = facts->persistent(line->minor);
  head.expects_continue = *expects;
  head.accepts_trailers = facts->te_trailers;
  head.upgrade = offered_upgrade(*facts, line->minor);
  head.max_forwards = *forwards;
  head.fields = tokenizer_.fields();
  return head;
}

// RFC 9110, 4.2.3: an empty path is the same as "/".
std::string_view RequestParser::with_slash(std::string_view path) {
  if (path.empty()) return "/";
  if (path[0] != '?') return path;
  path_.assign(1, '/');
  path_.append(path);
  return path_;
}

}  // namespace weir::http
