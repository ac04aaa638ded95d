// Any bytes as a chunked body; the first byte says into which pieces they are cut. Facts: any split
// gives the same body, end and refusal; nothing behind the end is consumed; what is accepted is
// accepted by llhttp in strict mode with the same body and end; trailers are field lines.

#include <algorithm>

#include "http/body_decoder.hpp"
#include "tests/fuzz/http_facts.hpp"

namespace weir::http::fuzz {
namespace {

using Status = BodyDecoder::Status;
constexpr Limits kLimits{
    .chunk_extension_bytes_max = 30, .trailer_bytes_max = 100, .body_bytes_max = 1000};

struct Outcome {
  std::string data;
  std::size_t consumed = 0;
  Status status = Status::more;
  Refusal refusal;
  std::string trailers;

  friend bool operator==(const Outcome&, const Outcome&) = default;
};

Outcome decode(std::string_view text, std::size_t piece) {
  BodyDecoder decoder(Body{Body::Kind::chunked}, kLimits);
  Outcome outcome;
  for (std::size_t given = 0; given < text.size() && outcome.status == Status::more;) {
    given = std::min(given + piece, text.size());
    for (bool again = true; again;) {
      const std::string_view input = text.substr(outcome.consumed, given - outcome.consumed);
      const BodyDecoder::Step step = decoder.next(as_bytes(input));
      ASSERT(step.consumed <= input.size(), "no more is consumed than there is");
      ASSERT(step.data.size() <= step.consumed, "data is part of what is consumed");
      outcome.consumed += step.consumed;
      outcome.data += as_text(step.data);
      outcome.status = step.status;
      outcome.refusal = step.status == Status::invalid ? step.refusal : Refusal{};
      again = step.status == Status::more && !step.data.empty();
      ASSERT(again || step.status != Status::more || step.consumed == input.size(),
             "a decoder that wants more has consumed all");
    }
  }
  outcome.trailers = decoder.trailers();
  ASSERT(outcome.status == Status::complete || decoder.end_of_input() == Status::invalid,
         "a body that is cut off is not complete");
  return outcome;
}

void check_trailers(std::string_view trailers) {
  ASSERT(trailers.size() <= 4 * kLimits.trailer_bytes_max, "trailers are bounded");
  while (!trailers.empty()) {
    const std::size_t end = trailers.find("\r\n");
    ASSERT(end != std::string_view::npos, "trailers are lines");
    const std::string_view line = trailers.substr(0, end);
    const std::size_t colon = line.find(": ");
    ASSERT(colon != std::string_view::npos, "a trailer has a name");
    ASSERT(is_token(line.substr(0, colon)), "which is a token");
    ASSERT(field_id(line.substr(0, colon)) == FieldId::other, "that no rule knows");
    ASSERT(is_field_value(line.substr(colon + 2)), "and a value");
    trailers.remove_prefix(end + 2);
  }
}

void run(std::string_view text) {
  if (text.empty()) return;
  const std::size_t piece = static_cast<unsigned char>(text[0]) % 16 + 1;
  text.remove_prefix(1);
  const Outcome whole = decode(text, text.size());
  ASSERT(decode(text, piece) == whole, "any split gives the same");
  ASSERT(decode(text, 1) == whole, "even single bytes");
  ASSERT(whole.data.size() <= kLimits.body_bytes_max, "a body is bounded");
  if (whole.status == Status::invalid) {
    ASSERT(!whole.refusal.reason.empty(), "a refusal has a reason");
    return;
  }
  check_trailers(whole.trailers);
  // llhttp reads extensions, which are only bounded here, by a grammar of its own.
  if (whole.status != Status::complete || text.contains(';')) return;
  const std::string head = "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n";
  const std::string wire = head + std::string(text);
  const SecondOpinion opinion = ask_llhttp(HTTP_REQUEST, wire);
  ASSERT(opinion.valid && opinion.messages == 1, "llhttp accepts what is accepted");
  ASSERT(opinion.body == whole.data, "with the same body");
  ASSERT(opinion.first_size == head.size() + whole.consumed, "and the same end");
}

}  // namespace
}  // namespace weir::http::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  weir::http::fuzz::run({reinterpret_cast<const char*>(data), size});
  return 0;
}
