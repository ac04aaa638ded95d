#include "http/body_decoder.hpp"

#include <string>

#include <catch2/catch.hpp>
#include <rapidcheck/catch.h>

using namespace weir;
using namespace weir::http;

namespace {

using Status = BodyDecoder::Status;
constexpr Body kChunkedBody{Body::Kind::chunked};

struct Outcome {
  std::string data;
  std::size_t consumed = 0;
  Status status = Status::more;
  Refusal refusal;
  std::string trailers;

  friend bool operator==(const Outcome&, const Outcome&) = default;
};

// Feeds `text` in pieces of these sizes, the rest at once.
Outcome decode(std::string_view text, const std::vector<std::size_t>& pieces = {},
               const Body& body = kChunkedBody, const Limits& limits = {}) {
  BodyDecoder decoder(body, limits);
  Outcome outcome;
  std::size_t given = 0;
  for (std::size_t i = 0; i <= pieces.size() && outcome.status == Status::more; ++i) {
    const std::size_t left = text.size() - given;
    given += i < pieces.size() ? std::min(pieces[i], left) : left;
    for (;;) {
      const ConstBytes input = as_bytes(text.substr(outcome.consumed, given - outcome.consumed));
      const BodyDecoder::Step step = decoder.next(input);
      REQUIRE(step.consumed <= input.size());
      REQUIRE(step.data.size() <= step.consumed);
      outcome.consumed += step.consumed;
      outcome.data += as_text(step.data);
      outcome.status = step.status;
      outcome.refusal = step.status == Status::invalid ? step.refusal : Refusal{};
      if (step.status != Status::more || step.data.empty()) break;
    }
    if (outcome.status == Status::more) REQUIRE(outcome.consumed == given);
  }
  outcome.trailers = decoder.trailers();
  return outcome;
}

std::vector<std::size_t> ones(std::size_t size) { return std::vector<std::size_t>(size, 1); }

}  // namespace

TEST_CASE("a message without a body is complete, and consumes nothing") {
  for (const Body& body : {Body{}, Body{Body::Kind::length, 0}}) {
    const Outcome outcome = decode("GET", {}, body);
    CHECK(outcome.status == Status::complete);
    CHECK(outcome.consumed == 0);
  }
  BodyDecoder decoder;
  CHECK(decoder.complete());
  CHECK(decoder.end_of_input() == Status::complete);
}

TEST_CASE("a body of known length comes in the largest pieces, and ends with its last byte") {
  const Body body{Body::Kind::length, 5};
  BodyDecoder decoder(body, Limits{});
  auto step = decoder.next(as_bytes("abc"));
  CHECK(as_text(step.data) == "abc");
  CHECK(step.status == Status::more);
  step = decoder.next(as_bytes("deGET"));
  CHECK(as_text(step.data) == "de");
  CHECK(step.consumed == 2);
  CHECK(step.status == Status::complete);
  step = decoder.next(as_bytes("GET"));
  CHECK(step.consumed == 0);
  CHECK(step.status == Status::complete);
}

TEST_CASE("a body that is cut off is not complete") {
  const auto end = [](const Body& body, std::string_view text) {
    BodyDecoder decoder(body, Limits{});
    for (ConstBytes rest = as_bytes(text); !rest.empty();) {
      rest = rest.subspan(decoder.next(rest).consumed);
    }
    const Status status = decoder.end_of_input();
    CHECK(decoder.complete() == (status == Status::complete));
    CHECK(decoder.next({}).status == status);
    return status;
  };
  CHECK(end({Body::Kind::length, 5}, "abcd") == Status::invalid);
  CHECK(end({Body::Kind::length, 5}, "") == Status::invalid);
  CHECK(end({Body::Kind::length, 5}, "abcde") == Status::complete);
  CHECK(end({Body::Kind::until_close}, "abcd") == Status::complete);
  CHECK(end({Body::Kind::until_close}, "") == Status::complete);
  const std::string_view chunks = "3\r\nabc\r\n0\r\nA: b\r\n\r\n";
  for (std::size_t size = 0; size < chunks.size(); ++size) {
    CHECK(end(kChunkedBody, chunks.substr(0, size)) == Status::invalid);
  }
  CHECK(end(kChunkedBody, chunks) == Status::complete);
}

TEST_CASE("chunks are put together, and nothing behind them is touched") {
  const std::string text = "3\r\nabc\r\nA;x=y;z=\"q w\"\r\n0123456789\r\n00\r\n\r\n";
  for (const auto& pieces : {std::vector<std::size_t>{}, ones(text.size())}) {
    const Outcome outcome = decode(text + "GET / HTTP/1.1\r\n", pieces);
    CHECK(outcome.status == Status::complete);
    CHECK(outcome.data == "abc0123456789");
    CHECK(outcome.consumed == text.size());
  }
}

TEST_CASE("chunk framing that could be read in two ways is refused at its first wrong byte") {
  const std::string_view rows[] = {
      "g",
      "\r",
      "\n",
      " ",
      "\t",
      "+",
      "-",
      "0x",
      "3 ",
      "3\t",
      "3\n",
      "3\rx",
      "3\r\r",
      "3,",
      ";",
      "3;a\n",
      "3;a\rb",
      "3;\x01",
      "3;\x7f",
      "3\r\nabcd",
      "3\r\nabc\n",
      "3\r\nabc\rx",
      "3\r\nabc\r\n\r",
      "10000000000000000",
      "8000000000000000",
      "00000000000000000",
      "0\r\n\n",
      "0\r\n\rx",
      "0\r\n A",
      "0\r\nA b: c\r\n",
      "0\r\nA\r\n",
      "0\r\n: c\r\n",
      "0\r\nA: b\n",
      "0\r\nA: b\rc",
      "0\r\nA: \x01",
      "0\r\nA : b\r\n",
      "0\n",
  };
  for (const std::string_view text : rows) {
    // A line of trailers, and a leading space, are judged when their line is there.
    const bool by_line = text.ends_with("A");
    const std::string bytes = std::string(text) + (by_line ? ": b\r\n" : "");
    INFO(bytes);
    const Outcome whole = decode(bytes + "\r\n0\r\n\r\n");
    CHECK(whole.status == Status::invalid);
    CHECK(whole.refusal.status == 400);
    CHECK(whole.consumed == bytes.size() - 1);
    CHECK(decode(bytes, ones(bytes.size())) == decode(bytes));
    CHECK(decode(bytes.substr(0, bytes.size() - 1)).status == Status::more);
  }
}

TEST_CASE("a chunk may be as large as a length") {
  BodyDecoder decoder(kChunkedBody, Limits{});
  CHECK(decoder.next(as_bytes("7fffffffffffffff\r\nabc")).status == Status::more);
  CHECK(decode("000000000000000a\r\n0123456789\r\n0\r\n\r\n").status == Status::complete);
}

TEST_CASE("trailers are given back written anew, without those that may not be trailers") {
  const Outcome outcome = decode(
      "0\r\nX-Sum:1\r\nHost: evil\r\nAuthorization: x\r\nX-Forwarded-For: y\r\n"
      "x_forwarded_for: y\r\nSet-Cookie: z\r\nServer-Timing: \t a;b \r\nX-Empty:\r\n\r\n");
  CHECK(outcome.status == Status::complete);
  CHECK(outcome.trailers == "X-Sum: 1\r\nServer-Timing: a;b\r\nX-Empty: \r\n");
}

TEST_CASE("only complete trailer lines are given") {
  CHECK(decode("0\r\nA: b\r\nC: d").trailers == "A: b\r\n");
  CHECK(decode("0\r\nA: b\r\nC d\r\n").trailers == "A: b\r\n");
}

TEST_CASE("a trailer that speaks of framing refuses the message") {
  for (const char* name : {"Content-Length", "transfer-encoding", "Content_Length"}) {
    const Outcome outcome = decode("0\r\n" + std::string(name) + ": 5\r\n\r\n");
    CHECK(outcome.status == Status::invalid);
    CHECK(outcome.refusal.status == 400);
  }
}

TEST_CASE("extensions, trailers and bodies are bounded") {
  const Limits limits{.chunk_extension_bytes_max = 5, .trailer_bytes_max = 6, .body_bytes_max = 10};
  const auto status = [&](std::string_view text, Body body = kChunkedBody) {
    const Outcome outcome = decode(text, {}, body, limits);
    CHECK(decode(text, ones(text.size()), body, limits) == outcome);
    return outcome.status == Status::invalid ? int(outcome.refusal.status) : 200;
  };
  CHECK(status("1;abc\r\nx\r\n0;de\r\n\r\n") == 200);
  CHECK(status("1;abc\r\nx\r\n0;def\r\n\r\n") == 400);
  CHECK(status("0\r\nA: bc\r\n\r\n") == 200);
  CHECK(status("0\r\nA: bcd\r\n\r\n") == 431);
  CHECK(status("0\r\nA:\r\nB:\r\n\r\n") == 200);
  CHECK(status("0\r\nA:\r\nB:\r\nC") == 431);
  CHECK(status("5\r\nabcde\r\n5\r\nabcde\r\n0\r\n\r\n") == 200);
  CHECK(status("5\r\nabcde\r\n6\r\n") == 413);
  CHECK(status("abcdefghij", {Body::Kind::length, 10}) == 200);
  CHECK(status("", {Body::Kind::length, 11}) == 413);
  CHECK(status("abcdefghij", {Body::Kind::until_close}) == 200);
  CHECK(status("abcdefghijk", {Body::Kind::until_close}) == 413);
}

TEST_CASE("after a refusal nothing is consumed, and the same is said again") {
  BodyDecoder decoder(kChunkedBody, Limits{});
  const auto first = decoder.next(as_bytes("x"));
  const auto second = decoder.next(as_bytes("3\r\nabc\r\n"));
  CHECK(second.status == Status::invalid);
  CHECK(second.consumed == 0);
  CHECK(second.refusal == first.refusal);
}

TEST_CASE("any split of a chunked body gives what the whole gives") {
  rc::prop("for bodies that are nearly right", [] {
    const auto piece = rc::gen::element<std::string>(
        "3\r\nabc\r\n", "3\r\nabc\r\n", "a\r\n0123456789\r\n", "1;x=y\r\nz\r\n", "0\r\n", "\r\n",
        "A: b\r\n", "Host: c\r\n", "\r", "\n", "0", "f", ";", " ", "GET");
    std::string text;
    for (const auto& part : *rc::gen::container<std::vector<std::string>>(piece)) text += part;
    text += *rc::gen::element<std::string>("", "0\r\n\r\n", "0\r\nX: y\r\n\r\nrest");
    const auto pieces =
        *rc::gen::container<std::vector<std::size_t>>(rc::gen::inRange<std::size_t>(0, 9));
    const Limits limits{
        .chunk_extension_bytes_max = 8, .trailer_bytes_max = 20, .body_bytes_max = 40};
    const Outcome whole = decode(text, {}, kChunkedBody, limits);
    RC_ASSERT(decode(text, pieces, kChunkedBody, limits) == whole);
    RC_ASSERT(decode(text, ones(text.size()), kChunkedBody, limits) == whole);
  });
}
