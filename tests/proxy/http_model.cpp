#include "proxy/http_model.hpp"

#include <algorithm>
#include <array>

#include "http/body_decoder.hpp"
#include "http/head_end.hpp"
#include "http/request_parser.hpp"
#include "http/response_parser.hpp"

namespace weir::test {
namespace {

Reading take_body(std::string& bytes, std::size_t head_size, const http::Body& body, bool ended,
                  Message& message) {
  http::BodyDecoder decoder(body, http::Limits{});
  ConstBytes rest = as_bytes(bytes).subspan(head_size);
  message.body.clear();
  http::BodyDecoder::Status status = http::BodyDecoder::Status::more;
  for (;;) {
    const http::BodyDecoder::Step step = decoder.next(rest);
    message.body += as_text(step.data);
    rest = rest.subspan(step.consumed);
    status = step.status;
    if (status != http::BodyDecoder::Status::more || rest.empty()) break;
  }
  if (status == http::BodyDecoder::Status::more && ended) status = decoder.end_of_input();
  if (status == http::BodyDecoder::Status::invalid) return Reading::invalid;
  if (status == http::BodyDecoder::Status::more) return Reading::incomplete;
  message.head = bytes.substr(0, head_size);
  bytes = std::string(as_text(rest));
  return Reading::complete;
}

}  // namespace

bool Wire::pump(std::size_t bytes_max) {
  bool moved = false;
  if (!outbox.empty() && !broken) {
    const ConstBytes piece = as_bytes(outbox).first(std::min(bytes_max, outbox.size()));
    const io::IoResult sent = stream.try_write(std::span(&piece, 1));
    outbox.erase(0, sent.bytes);
    moved = sent.bytes > 0;
  }
  std::array<std::byte, 4096> buffer;
  const auto into = std::span(buffer).first(std::min(bytes_max, buffer.size()));
  if (ended || broken) return moved;
  const io::IoResult got = stream.try_read(into);
  inbox += as_text(ConstBytes(into).first(got.bytes));
  ended = got.status == io::IoStatus::end;
  broken = got.status == io::IoStatus::reset;
  return moved || got.status != io::IoStatus::would_block;
}

Reading take_request(std::string& bytes, Message& message) {
  http::RequestParser parser{http::Limits{}};
  http::HeadScan scan;
  const auto end =
      http::find_head_end(as_bytes(bytes), scan, http::HeadKind::request, http::Limits{});
  if (end.status == http::HeadEnd::Status::incomplete) return Reading::incomplete;
  if (end.status == http::HeadEnd::Status::refused) return Reading::invalid;
  const auto head = parser.parse(as_bytes(bytes).first(end.size));
  if (!head) return Reading::invalid;
  message.method = head->method_text;
  message.path = head->path;
  return take_body(bytes, end.size, head->body, false, message);
}

Reading take_answer(std::string& bytes, const std::string& method, bool ended, Message& message) {
  http::ResponseParser parser{http::Limits{}};
  http::Asked asked;
  if (method == "HEAD") asked.method = http::Method::head;
  std::size_t skipped = 0;
  for (;;) {
    const ConstBytes rest = as_bytes(bytes).subspan(skipped);
    http::HeadScan scan;
    const auto end = http::find_head_end(rest, scan, http::HeadKind::response, http::Limits{});
    if (end.status == http::HeadEnd::Status::incomplete) return Reading::incomplete;
    if (end.status == http::HeadEnd::Status::refused) return Reading::invalid;
    const auto head = parser.parse(rest.first(end.size), asked);
    if (!head) return Reading::invalid;
    if (head->interim()) {
      skipped += end.size;
      continue;
    }
    message.status = head->status;
    return take_body(bytes, skipped + end.size, head->body, ended, message);
  }
}

}  // namespace weir::test
