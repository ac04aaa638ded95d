// Any bytes as a request head. Facts: any split gives the same; what is accepted is accepted by
// llhttp in strict mode with the same framing; what is written on is accepted by both, with the
// same framing, path and host, and never has a control byte or a field of another hop.

#include "http/body_decoder.hpp"
#include "http/head_writer.hpp"
#include "http/request_parser.hpp"
#include "tests/fuzz/http_facts.hpp"

namespace weir::http::fuzz {
namespace {

// Small, so that a fuzzer reaches them.
constexpr Limits kLimits{.request_line_bytes_max = 200, .header_bytes_max = 600, .fields_max = 10};
const Limits kLimitsOfWritten{};

void check_framing(const Body& body, const SecondOpinion& opinion) {
  ASSERT(opinion.valid && opinion.heads == 1, "llhttp accepts what is accepted");
  ASSERT(opinion.chunked == (body.kind == Body::Kind::chunked), "chunked is the same to llhttp");
  ASSERT(opinion.has_length == (body.kind == Body::Kind::length), "so is having a length");
  ASSERT(body.kind != Body::Kind::length || opinion.length == body.length, "and the length");
  ASSERT((opinion.messages == 1) == body.empty(), "and whether a body follows");
}

void check_written(const RequestHead& head, const std::string& out) {
  const HeadEnd end = checked_head_end(out, HeadKind::request, kLimitsOfWritten);
  ASSERT(end.status == HeadEnd::Status::complete, "what is written is a head");
  ASSERT(end.size == out.size(), "and nothing more");
  RequestParser parser(kLimitsOfWritten);
  const auto again = parser.parse(as_bytes(out));
  ASSERT(again.has_value(), "what is written is accepted");
  ASSERT(again->body == head.body, "with the same framing");
  ASSERT(again->path == head.path, "and the same path");
  ASSERT(again->method_text == head.method_text, "and the same method");
  ASSERT(again->upgrade == head.upgrade, "and the same upgrade");
  ASSERT(head.authority.empty() || again->authority == head.authority, "and the same host");
  for (const Field& field : again->fields) {
    ASSERT(field.id != FieldId::alias, "no field is an alias");
    ASSERT(field.id != FieldId::keep_alive, "no field is of another hop");
  }
  if (head.upgrade.empty()) check_framing(head.body, ask_llhttp(HTTP_REQUEST, out));
}

void run(std::string_view text) {
  const HeadEnd end = checked_head_end(text, HeadKind::request, kLimits);
  if (end.status != HeadEnd::Status::complete) return;
  static RequestParser parser(kLimits);
  const std::string_view bytes = text.substr(0, end.size);
  const auto head = parser.parse(as_bytes(bytes));
  if (!head) {
    ASSERT(head.error().status >= 400 && !head.error().reason.empty(), "a refusal says why");
    return;
  }
  ASSERT(head->path == "*" || head->path.starts_with('/'), "a path is absolute or *");
  ASSERT(head->authority.empty() <= (head->minor == 0), "only HTTP/1.0 does without a host");
  ASSERT(head->fields.size() <= kLimits.fields_max, "fields are bounded");
  if (head->upgrade.empty() && !bytes.contains("pgrade")) {  // llhttp ends at any upgrade
    const SecondOpinion opinion = ask_llhttp(HTTP_REQUEST, bytes);
    check_framing(head->body, opinion);
    ASSERT(opinion.keep_alive == head->keep_alive, "whether the connection goes on is the same");
  }
  const ForwardPolicy policy(ForwardOptions{.trusted_hops = 2, .forwarded = true});
  std::string out;
  append_request_head(out, *head, policy, {.client = "2001:db8::1", .request_id = "id"});
  check_written(*head, out);
}

}  // namespace
}  // namespace weir::http::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  weir::http::fuzz::run({reinterpret_cast<const char*>(data), size});
  return 0;
}
