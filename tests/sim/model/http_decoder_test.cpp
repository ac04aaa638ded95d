#include "sim/model/http_decoder.hpp"

#include <catch2/catch.hpp>

#include "sim/model/http_attack.hpp"
#include "sim/model/http_trouble.hpp"

using namespace weir;
using namespace weir::sim::model;

namespace {

// The parts of `text`, in portions of `step` bytes: "head ", "body:.. ", "end " or the story.
std::string parts_of(HttpRole role, std::string_view text, std::size_t step = 1,
                     bool answers_head = false) {
  HttpDecoder decoder(role);
  std::string parts;
  std::string body;
  for (std::size_t at = 0; at < text.size(); at += step) {
    const std::string_view portion = text.substr(at, step);
    ConstBytes unread = as_bytes(portion);
    for (;;) {
      decoder.answers_head(answers_head);
      const HttpPart part = decoder.next(unread);
      if (part == HttpPart::more) break;
      if (part == HttpPart::malformed) return parts + body + decoder.story();
      if (part == HttpPart::body) {
        body += as_text(decoder.body());
        continue;
      }
      if (part == HttpPart::head) parts += "head ";
      if (part == HttpPart::end) parts += std::exchange(body, "") + " end ";
    }
  }
  return parts + body;
}

std::string request(std::string_view text) { return parts_of(HttpRole::request, text, 7); }
std::string response(std::string_view text) { return parts_of(HttpRole::response, text, 7); }

}  // namespace

TEST_CASE("a decoder reads messages back to back, in any portions") {
  const std::string text =
      "GET / HTTP/1.1\r\nHost: a\r\n\r\n"
      "POST /x HTTP/1.1\r\nhost:a\r\nContent-Length: 5\r\n\r\nhello"
      "POST /y HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
      "3\r\nabc\r\nA\r\n0123456789\r\n0\r\nX-Sum: 7\r\n\r\n"
      "HEAD /z HTTP/1.1\r\nHost: a\r\n\r\n";
  const std::string expected = "head  end head hello end head abc0123456789 end head  end ";
  for (std::size_t step = 1; step <= text.size(); ++step) {
    INFO("portions of " << step);
    CHECK(parts_of(HttpRole::request, text, step) == expected);
  }
}

TEST_CASE("a decoder gives the fields of a head, with names in small letters") {
  HttpDecoder decoder(HttpRole::request);
  ConstBytes unread = as_bytes("GET /p?q HTTP/1.1\r\nHost: a\r\nX-Odd:  some value \t\r\n\r\nrest");
  REQUIRE(decoder.next(unread) == HttpPart::head);
  CHECK(decoder.head().method == "GET");
  CHECK(decoder.head().target == "/p?q");
  REQUIRE(decoder.head().find("x-odd") != nullptr);
  CHECK(*decoder.head().find("x-odd") == "some value");
  CHECK(decoder.head().find("x-even") == nullptr);
  CHECK(as_text(unread) == "rest");
}

TEST_CASE("a decoder knows which responses have a body") {
  CHECK(response("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok") == "head ok end ");
  CHECK(response("HTTP/1.1 204 No\r\n\r\nHTTP/1.1 304 No\r\nContent-Length: 9\r\n\r\n") ==
        "head  end head  end ");
  CHECK(response("HTTP/1.1 103 Hints\r\n\r\nHTTP/1.1 200 \r\nContent-Length: 0\r\n\r\n") ==
        "head  end head  end ");
  CHECK(parts_of(HttpRole::response, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n", 5, true) ==
        "head  end ");
  CHECK(response("HTTP/1.1 200 OK\r\n\r\nup to the end") == "head up to the end");
}

TEST_CASE("the end of a stream ends a body that it delimits, and cuts anything else") {
  HttpDecoder decoder(HttpRole::response);
  CHECK(decoder.stream_ended() == HttpPart::more);
  const auto after_text = [](std::string_view text) {
    HttpDecoder reader(HttpRole::response);
    ConstBytes unread = as_bytes(text);
    while (!unread.empty()) reader.next(unread);
    return reader.stream_ended();
  };
  CHECK(after_text("HTTP/1.1 200 OK\r\n\r\nsome") == HttpPart::end);
  CHECK(after_text("HTTP/1.1 200 OK\r\n") == HttpPart::malformed);
  CHECK(after_text("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nsome") == HttpPart::malformed);
  CHECK(after_text("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nsome\r\n") ==
        HttpPart::malformed);
}

TEST_CASE("a decoder refuses every attack that the clients make") {
  for (std::size_t i = 2; i < kHttpAttacks; ++i) {
    const HttpAttack attack = static_cast<HttpAttack>(i);
    const std::string parts = request(attack_text(attack, HttpTag{1, 2}));
    INFO(to_string(attack) << ": " << parts);
    CHECK((!parts.starts_with("head") || attack >= HttpAttack::bad_chunk_size));
    CHECK_FALSE(parts.ends_with("end "));
  }
}

TEST_CASE("a decoder refuses every malformed answer that the backends make") {
  for (std::size_t i = 1; i < kHttpMalformed; ++i) {
    const HttpMalformed how = static_cast<HttpMalformed>(i);
    const std::string parts =
        parts_of(HttpRole::response, malformed_answer(how, HttpTag{1, 2}), 999);
    INFO(to_string(how) << ": " << parts);
    CHECK_FALSE(parts.empty());
    CHECK_FALSE(parts.ends_with("end "));
  }
}

TEST_CASE("a decoder refuses what is not exactly HTTP/1.1") {
  CHECK(request("\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n") ==
        "an empty line where a message should begin");
  CHECK(request("GET / HTTP/1.0\r\nHost: a\r\n\r\n") == "a request line that is not of HTTP/1.1");
  CHECK(request("GET  / HTTP/1.1\r\nHost: a\r\n\r\n") ==
        "a request line with an odd method or target");
  CHECK(
      request("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n") ==
      "head \"3;x=y\" is no chunk size");
  CHECK(
      request(
          "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nHost: b\r\n\r\n") ==
      "head a trailer field that belongs into a head");
  CHECK(response("HTTP/1.1 204 No\r\nContent-Length: 0\r\n\r\n") ==
        "framing on a status that has no body");
}

TEST_CASE("a decoder bounds heads, trailers and chunk sizes") {
  const std::string long_value(HttpDecoder::kHeadBytesMax, 'x');
  CHECK_THAT(request("GET / HTTP/1.1\r\nHost: a\r\nX: " + long_value),
             Catch::StartsWith("more than"));
  std::string fields = "GET / HTTP/1.1\r\nHost: a\r\n";
  for (std::size_t i = 0; i < HttpDecoder::kFieldsMax; ++i) fields += "X: y\r\n";
  CHECK(request(fields + "\r\n") == "too many fields");
  const std::string chunked = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
  CHECK_THAT(request(chunked + std::string(100, '0')), Catch::StartsWith("head more than"));
  std::string trailer = chunked + "0\r\n";
  for (int i = 0; i < 4000; ++i) trailer += "X: y12345\r\n";
  CHECK_THAT(request(trailer), Catch::StartsWith("head a trailer that does not end"));
}
