// Properties of parser, writer and decoder together: what is written reads as what was meant.

#include <string>
#include <vector>

#include <catch2/catch.hpp>
#include <rapidcheck/catch.h>

#include "http/body_decoder.hpp"
#include "http/head_writer.hpp"
#include "http/reading.hpp"

using namespace weir;
using namespace weir::http;
using test::Request;
using test::Response;

namespace {

struct Pair {
  std::string name, value;
};

// Fields that no rule touches.
std::vector<Pair> any_fields() {
  const auto name_char = rc::gen::elementOf(std::string("abcXYZ019-!.~"));
  const auto value_char = rc::gen::elementOf(std::string("abc XYZ\t,;=\"\\:\xe4\xff"));
  std::vector<Pair> fields(*rc::gen::inRange<std::size_t>(0, 8));
  for (Pair& field : fields) {
    field.name = "X" + *rc::gen::container<std::string>(name_char);
    field.value = "v" + *rc::gen::container<std::string>(value_char) + "v";
  }
  return fields;
}

std::string lines(const std::vector<Pair>& fields) {
  std::string text;
  for (const auto& [name, value] : fields) {
    const auto space = *rc::gen::element<std::string>("", " ", "\t", "  \t");
    text.append(name).append(":").append(space).append(value).append(space).append("\r\n");
  }
  return text;
}

Body any_body(bool response) {
  const int kind = *rc::gen::inRange(0, response ? 4 : 3);
  if (kind != 1) return Body{static_cast<Body::Kind>(kind)};
  return Body{Body::Kind::length, *rc::gen::inRange<std::uint64_t>(0, kBodyBytesMax)};
}

std::string framing_line(const Body& body) {
  if (body.kind == Body::Kind::chunked) return "Transfer-Encoding: chunked\r\n";
  if (body.kind != Body::Kind::length) return "";
  return "Content-Length: " + std::to_string(body.length) + "\r\n";
}

template <class Head>
void check_fields(const std::vector<Pair>& wanted, const Head& head) {
  std::size_t at = 0;
  for (const Field& field : head.fields) {
    if (field.id != FieldId::other) continue;
    RC_ASSERT(at < wanted.size());
    RC_ASSERT(field.name == wanted[at].name);
    RC_ASSERT(field.value == wanted[at].value);
    ++at;
  }
  RC_ASSERT(at == wanted.size());
}

const ForwardPolicy kPolicy{ForwardOptions{.trusted_hops = 1, .forwarded = true}};

}  // namespace

TEST_CASE("a request that is written on reads as the same request") {
  rc::prop("for any fields and body", [] {
    const auto fields = any_fields();
    const Body body = any_body(false);
    const auto method = *rc::gen::element<std::string>("GET", "POST", "PUT", "HEAD", "PROPFIND");
    const auto path =
        "/" + *rc::gen::container<std::string>(rc::gen::elementOf(std::string("abc/?&=%|{}")));
    const Request first(method + " " + path + " HTTP/1.1\r\nHost: a.example\r\n" +
                        framing_line(body) + lines(fields) + "\r\n");
    RC_ASSERT(first.status() == 200);
    std::string out;
    append_request_head(out, *first, kPolicy, {.client = "::1", .request_id = "id"});
    const Request second(out);
    RC_ASSERT(second.status() == 200);
    RC_ASSERT(second->method_text == method);
    RC_ASSERT(second->path == path);
    RC_ASSERT(second->authority == "a.example");
    RC_ASSERT(second->body == body);
    check_fields(fields, *second);
  });
}

TEST_CASE("a response that is written on reads as the same response") {
  rc::prop("for any fields and body", [] {
    const auto fields = any_fields();
    const Body body = any_body(true);
    const auto status = *rc::gen::element(200, 206, 404, 503);
    const Response first("HTTP/1.1 " + std::to_string(status) + " Reason\r\n" + framing_line(body) +
                         lines(fields) + "\r\n");
    RC_ASSERT(first.status() == 200);
    const auto minor = *rc::gen::element<std::uint8_t>(0, 1);
    const bool keep_alive = *rc::gen::arbitrary<bool>();
    std::string out;
    const Framing framing = append_response_head(
        out, *first, kPolicy, {.minor = minor, .keep_alive = keep_alive, .date = "today"});
    const Response second(out);
    RC_ASSERT(second.status() == 200);
    RC_ASSERT(second->status == status);
    const bool none = framing.body.kind == Body::Kind::none;
    RC_ASSERT(second->body == (none ? Body{Body::Kind::until_close} : framing.body));
    RC_ASSERT(second->keep_alive == framing.keep_alive);
    check_fields(fields, *second);
  });
}

TEST_CASE("chunks that are written decode to their data") {
  rc::prop("for any data and trailers", [] {
    const auto chunks = *rc::gen::container<std::vector<std::string>>(
        rc::gen::nonEmpty(rc::gen::container<std::string>(rc::gen::arbitrary<char>())));
    std::string data, wire;
    for (const std::string& chunk : chunks) {
      data += chunk;
      append_chunk_head(wire, chunk.size());
      wire.append(chunk).append(kChunkEnd);
    }
    std::string trailers;
    for (const auto& [name, value] : any_fields()) trailers += name + ": " + value + "\r\n";
    append_last_chunk(wire, trailers);
    const std::size_t size = wire.size();
    wire += *rc::gen::container<std::string>(rc::gen::arbitrary<char>());

    BodyDecoder decoder(Body{Body::Kind::chunked}, Limits{});
    std::string got;
    std::size_t consumed = 0;
    BodyDecoder::Step step;
    while (step.status == BodyDecoder::Status::more) {
      step = decoder.next(as_bytes(std::string_view(wire).substr(consumed)));
      consumed += step.consumed;
      got += as_text(step.data);
    }
    RC_ASSERT(decoder.complete());
    RC_ASSERT(got == data);
    RC_ASSERT(consumed == size);
    RC_ASSERT(decoder.trailers() == trailers);
  });
}
