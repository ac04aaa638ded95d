// Any bytes as a response head; the first byte says what was asked. Facts: any split gives the
// same; what is accepted is accepted by llhttp in strict mode with the same framing; what is
// written on is accepted again, framed as append_response_head() says.

#include "http/head_writer.hpp"
#include "http/response_parser.hpp"
#include "tests/fuzz/http_facts.hpp"

namespace weir::http::fuzz {
namespace {

constexpr Limits kLimits{.request_line_bytes_max = 200, .header_bytes_max = 600, .fields_max = 10};
const Limits kLimitsOfWritten{};

void check_second_opinion(const ResponseHead& head, std::string_view bytes) {
  const SecondOpinion opinion = ask_llhttp(HTTP_RESPONSE, bytes);
  ASSERT(opinion.valid && opinion.heads == 1, "llhttp accepts what is accepted");
  const Body& body = head.body;
  if (head.tunnel || head.status < 200 || head.status == 204 || head.status == 304) return;
  ASSERT(opinion.chunked == (body.kind == Body::Kind::chunked), "chunked is the same to llhttp");
  ASSERT(opinion.has_length == (body.kind == Body::Kind::length), "so is having a length");
  ASSERT(body.kind != Body::Kind::length || opinion.length == body.length, "and the length");
}

void check_written(const ResponseHead& head, const ResponseHop& hop, const Asked& asked) {
  std::string out;
  const ForwardPolicy policy(ForwardOptions{});
  const Framing framing = append_response_head(out, head, policy, hop);
  const HeadEnd end = checked_head_end(out, HeadKind::response, kLimitsOfWritten);
  ASSERT(end.status == HeadEnd::Status::complete, "what is written is a head");
  ASSERT(end.size == out.size(), "and nothing more");
  ResponseParser parser(kLimitsOfWritten);
  const auto again = parser.parse(as_bytes(out), asked);
  ASSERT(again.has_value(), "what is written is accepted");
  ASSERT(again->status == head.status, "with the same status");
  ASSERT(again->tunnel == head.tunnel, "and the same meaning");
  ASSERT(again->body == framing.body, "and the framing that was said");
  ASSERT(again->described == head.described, "in words, too");
  if (!head.tunnel && !head.interim()) {
    ASSERT(again->keep_alive == framing.keep_alive, "and whether the connection goes on");
  }
  ASSERT(hop.minor == 1 || framing.body.kind != Body::Kind::chunked, "HTTP/1.0 gets no chunks");
}

void run(std::string_view text) {
  if (text.empty()) return;
  const unsigned flags = static_cast<unsigned char>(text[0]);
  text.remove_prefix(1);
  constexpr Method kMethods[] = {Method::get, Method::head, Method::connect, Method::post};
  const Asked asked{.method = kMethods[flags % 4], .upgrade = (flags & 4) != 0};
  const HeadEnd end = checked_head_end(text, HeadKind::response, kLimits);
  if (end.status != HeadEnd::Status::complete) return;
  static ResponseParser parser(kLimits);
  const std::string_view bytes = text.substr(0, end.size);
  const auto head = parser.parse(as_bytes(bytes), asked);
  if (!head) {
    ASSERT(head.error().status == 502, "a bad response is a bad gateway");
    ASSERT(!head.error().reason.empty(), "a refusal says why");
    return;
  }
  ASSERT(!head->keep_alive || head->body.kind != Body::Kind::until_close,
         "a connection that ends the body is not used again");
  if (asked.method == Method::get || asked.method == Method::post) {
    check_second_opinion(*head, bytes);
  }
  const ResponseHop hop{.method = asked.method,
                        .minor = static_cast<std::uint8_t>((flags >> 3) & 1),
                        .keep_alive = (flags & 16) != 0,
                        .date = "today"};
  check_written(*head, hop, asked);
}

}  // namespace
}  // namespace weir::http::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  weir::http::fuzz::run({reinterpret_cast<const char*>(data), size});
  return 0;
}
