#include "http/head_writer.hpp"

#include <string>

#include <catch2/catch.hpp>

#include "http/reading.hpp"

using namespace weir;
using namespace weir::http;
using test::get_with;
using test::Request;
using test::Response;

namespace {

// Nothing but what the test is about.
ForwardOptions quiet() {
  return {.x_forwarded = false, .forwarded = false, .request_id = false, .via = ""};
}

std::string sent(const std::string& text, ForwardOptions options = quiet(), RequestHop hop = {}) {
  const Request request(text);
  INFO(text << "\n-> " << request.reason());
  REQUIRE(request.status() == 200);
  std::string out;
  append_request_head(out, *request, ForwardPolicy(std::move(options)), hop);
  return out;
}

std::string fields_of(const std::string& head) {
  const std::size_t begin = head.find("\r\n") + 2;
  return head.substr(begin, head.size() - begin - 2);
}

std::string sent_fields(std::string_view fields, ForwardOptions options = quiet(),
                        RequestHop hop = {}) {
  return fields_of(sent(get_with(fields), std::move(options), hop));
}

}  // namespace

TEST_CASE("a request is written anew, with Host first") {
  CHECK(sent("GET /a?b HTTP/1.1\r\nX-A:b\r\nHost: c\r\nX-D:   e\t\r\nX-E: f\r\n\r\n") ==
        "GET /a?b HTTP/1.1\r\nHost: c\r\nX-A: b\r\nX-D: e\r\nX-E: f\r\n\r\n");
  CHECK(sent("GET http://b/x HTTP/1.1\r\nHost: c\r\n\r\n") == "GET /x HTTP/1.1\r\nHost: b\r\n\r\n");
  CHECK(sent("GET http://b?x HTTP/1.1\r\nHost: c\r\n\r\n") ==
        "GET /?x HTTP/1.1\r\nHost: b\r\n\r\n");
  CHECK(sent("OPTIONS * HTTP/1.1\r\nHost: c\r\n\r\n") == "OPTIONS * HTTP/1.1\r\nHost: c\r\n\r\n");
}

TEST_CASE("Max-Forwards of OPTIONS and TRACE is one less on the other side, and nobody else's") {
  const auto with = [](std::string method, std::string value) {
    return method + " / HTTP/1.1\r\nHost: c\r\nMax-Forwards: " + value + "\r\n\r\n";
  };
  const std::string method = GENERATE("OPTIONS", "TRACE");
  CHECK(sent(with(method, "1")) == with(method, "0"));
  CHECK(sent(with(method, "070")) == with(method, "69"));
  CHECK(sent(with(method, std::string(40, '9'))) == with(method, "999999998"));
  CHECK(sent(with("GET", "0")) == with("GET", "0"));
  CHECK(sent(with("PUT", "many")) == with("PUT", "many"));
}

TEST_CASE("HTTP/1.0 is sent on as HTTP/1.1 with a Host") {
  ForwardOptions options = quiet();
  options.fallback_host = "backend";
  CHECK(sent("GET / HTTP/1.0\r\n\r\n", options) == "GET / HTTP/1.1\r\nHost: backend\r\n\r\n");
  CHECK(sent("GET / HTTP/1.0\r\nHost: c\r\n\r\n", options) == "GET / HTTP/1.1\r\nHost: c\r\n\r\n");
}

TEST_CASE("a policy may rewrite Host") {
  ForwardOptions options = quiet();
  options.host = "inner";
  options.x_forwarded = true;
  CHECK(sent_fields("", options, {.client = "1.2.3.4"}) ==
        "Host: inner\r\nX-Forwarded-For: 1.2.3.4\r\nX-Forwarded-Proto: http\r\n"
        "X-Forwarded-Host: a\r\n");
}

TEST_CASE("framing is written from the body only") {
  CHECK(sent_fields("Content-Length: 007\r\n") == "Host: a\r\nContent-Length: 7\r\n");
  CHECK(sent_fields("Content-Length: 0\r\n") == "Host: a\r\nContent-Length: 0\r\n");
  CHECK(sent_fields("transfer-encoding: CHUNKED\r\n") ==
        "Host: a\r\nTransfer-Encoding: chunked\r\n");
}

TEST_CASE("fields of one hop, and those that Connection names, go no further") {
  CHECK(sent_fields("Keep-Alive: timeout=5\r\nProxy-Connection: keep-alive\r\n"
                    "HTTP2-Settings: AAA\r\nUpgrade: h2c\r\nTE: gzip\r\n"
                    "Connection: keep-alive, X-Hop, upgrade, HTTP2-Settings\r\n"
                    "x-hop: 1\r\nX-Hop-2: 2\r\nX-End: 3\r\n") ==
        "Host: a\r\nX-Hop-2: 2\r\nX-End: 3\r\n");
}

TEST_CASE("naming a field that matters in Connection removes nothing") {
  CHECK(sent_fields("Connection: close, Host, Content-Length, Cookie, Authorization\r\n"
                    "Content-Length: 5\r\nCookie: a=b\r\nAuthorization: c\r\n") ==
        "Host: a\r\nCookie: a=b\r\nAuthorization: c\r\nContent-Length: 5\r\n");
}

TEST_CASE("what a client says about itself goes no further, nor do spellings of it") {
  CHECK(sent_fields("X-Forwarded-For: 1\r\nForwarded: for=1\r\nX-Forwarded-Host: b\r\n"
                    "X-Forwarded-Proto: c\r\nX-Real-IP: d\r\nx_forwarded_for: e\r\n"
                    "X_Real_IP: f\r\n") == "Host: a\r\n");
  ForwardOptions options = quiet();
  options.trusted_hops = 1;
  CHECK(sent_fields("X-Real-IP: d\r\n", options) == "Host: a\r\nX-Real-IP: d\r\n");
}

TEST_CASE("Via is added behind the Via fields of others") {
  ForwardOptions options = quiet();
  options.via = "edge";
  CHECK(sent_fields("Via: 1.1 x\r\n", options) == "Host: a\r\nVia: 1.1 x\r\nVia: 1.1 edge\r\n");
  CHECK(sent("GET / HTTP/1.0\r\nHost: a\r\n\r\n", options) ==
        "GET / HTTP/1.1\r\nHost: a\r\nVia: 1.0 edge\r\n\r\n");
}

TEST_CASE("a request id is kept when it is believed and is one") {
  ForwardOptions options = quiet();
  options.request_id = true;
  const RequestHop hop{.request_id = "ours"};
  CHECK(sent_fields("X-Request-Id: theirs\r\n", options, hop) ==
        "Host: a\r\nX-Request-Id: ours\r\n");
  options.trusted_hops = 1;
  const std::string long_id(kRequestIdBytesMax, 'x');
  CHECK(sent_fields("X-Request-Id: theirs\r\n", options, hop) ==
        "Host: a\r\nX-Request-Id: theirs\r\n");
  CHECK(sent_fields("X-Request-Id: " + long_id + "\r\n", options, hop) ==
        "Host: a\r\nX-Request-Id: " + long_id + "\r\n");
  for (const std::string& bad : {std::string("a b"), std::string(), long_id + "x"}) {
    CHECK(sent_fields("X-Request-Id: " + bad + "\r\n", options, hop) ==
          "Host: a\r\nX-Request-Id: ours\r\n");
  }
  CHECK(sent_fields("X-Request-Id: theirs\r\n") == "Host: a\r\nX-Request-Id: theirs\r\n");
}

TEST_CASE("upgrades, trailers and the end of the connection are told in Connection") {
  const RequestHop last{.keep_alive = false};
  const std::string upgrade = "Upgrade: websocket\r\nConnection: upgrade\r\n";
  CHECK(sent_fields("", quiet(), last) == "Host: a\r\nConnection: close\r\n");
  CHECK(sent_fields(upgrade) == "Host: a\r\n" + upgrade);
  CHECK(sent_fields("TE: trailers\r\n") == "Host: a\r\nTE: trailers\r\nConnection: TE\r\n");
  CHECK(sent_fields(upgrade + "TE: trailers, gzip\r\n", quiet(), last) ==
        "Host: a\r\nUpgrade: websocket\r\nTE: trailers\r\nConnection: upgrade, TE, close\r\n");
}

TEST_CASE("an expectation is passed on unless it was met here") {
  const std::string_view fields = "Content-Length: 5\r\nExpect: 100-continue\r\n";
  CHECK(sent_fields(fields) == "Host: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n");
  CHECK(sent_fields(fields, quiet(), {.expect_continue = false}) ==
        "Host: a\r\nContent-Length: 5\r\n");
}

TEST_CASE("Trailer goes with chunks") {
  CHECK(sent_fields("Trailer: X\r\nTransfer-Encoding: chunked\r\n") ==
        "Host: a\r\nTrailer: X\r\nTransfer-Encoding: chunked\r\n");
  CHECK(sent_fields("Trailer: X\r\nContent-Length: 5\r\n") == "Host: a\r\nContent-Length: 5\r\n");
}

TEST_CASE("a head is appended, and the largest one fits") {
  ForwardOptions options;
  options.trusted_hops = kTrustedHopsMax;
  options.forwarded = true;
  std::string fields;
  for (int i = 0; i < 40; ++i) fields += "X-Forwarded-For: " + std::string(100, 'x') + "\r\n";
  for (int i = 0; i < 40; ++i) fields += "Forwarded: for=" + std::string(100, 'y') + "\r\n";
  const Request request(get_with(fields));
  std::string out = "before";
  append_request_head(out, *request, ForwardPolicy(options), {.client = "2001:db8::1"});
  CHECK(out.starts_with("beforeGET / HTTP/1.1\r\n"));
  CHECK(out.ends_with("\r\n\r\n"));
}

namespace {

struct Answered {
  std::string head;
  Framing framing;
};

Answered answered(const std::string& text, ResponseHop hop = {}, ForwardOptions options = quiet(),
                  bool upgrade = false) {
  const Response response(text, {.method = hop.method, .upgrade = upgrade});
  INFO(text << "\n-> " << response.reason());
  REQUIRE(response.status() == 200);
  Answered result;
  const ForwardPolicy policy(std::move(options));
  result.framing = append_response_head(result.head, *response, policy, hop);
  CHECK(result.framing == client_framing(*response, hop));
  return result;
}

const std::string kOk = "HTTP/1.1 200 OK\r\n";
const ResponseHop kOldClient{.minor = 0, .keep_alive = true};

}  // namespace

TEST_CASE("a response is written anew without the fields of its hop") {
  const auto [head, framing] = answered(
      "HTTP/1.0 200 Fine\r\nConnection: keep-alive, X-Hop\r\nKeep-Alive: x\r\nX-Hop: 1\r\n"
      "Server:b\r\nContent-Length: 05\r\nSet-Cookie: c\r\nUpgrade: h2c\r\n\r\n");
  CHECK(head == "HTTP/1.1 200 Fine\r\nServer: b\r\nSet-Cookie: c\r\nContent-Length: 5\r\n\r\n");
  CHECK(framing == Framing{{Body::Kind::length, 5}, true});
}

TEST_CASE("a body without a length reaches the client as its version allows") {
  const Framing chunked{{Body::Kind::chunked}, true};
  const Framing until_close{{Body::Kind::until_close}, false};
  const std::string chunks = kOk + "Trailer: X\r\nTransfer-Encoding: chunked\r\n\r\n";
  const std::string endless = kOk + "\r\n";
  CHECK(answered(chunks).framing == chunked);
  CHECK(answered(chunks).head == chunks);
  CHECK(answered(endless).framing == chunked);
  CHECK(answered(endless).head == kOk + "Transfer-Encoding: chunked\r\n\r\n");
  CHECK(answered(chunks, kOldClient).framing == until_close);
  CHECK(answered(chunks, kOldClient).head == kOk + "Connection: close\r\n\r\n");
  CHECK(answered(endless, kOldClient).framing == until_close);
}

TEST_CASE("the client is told whether its connection goes on") {
  const std::string text = kOk + "Content-Length: 0\r\n\r\n";
  const std::string length = kOk + "Content-Length: 0\r\n";
  CHECK(answered(text).head == length + "\r\n");
  CHECK(answered(text, {.keep_alive = false}).head == length + "Connection: close\r\n\r\n");
  CHECK(answered(text, kOldClient).head == length + "Connection: keep-alive\r\n\r\n");
  CHECK(answered(text, {.minor = 0, .keep_alive = false}).head ==
        length + "Connection: close\r\n\r\n");
}

TEST_CASE("an answer without a body says what it would have") {
  const ResponseHop head{.method = Method::head};
  CHECK(answered(kOk + "Content-Length: 5\r\n\r\n", head).head ==
        kOk + "Content-Length: 5\r\n\r\n");
  CHECK(answered(kOk + "Content-Length: 5\r\n\r\n", head).framing == Framing{});
  CHECK(answered(kOk + "Transfer-Encoding: chunked\r\n\r\n", head).head == kOk + "\r\n");
  CHECK(answered("HTTP/1.1 304 Same\r\nContent-Length: 5\r\n\r\n").head ==
        "HTTP/1.1 304 Same\r\nContent-Length: 5\r\n\r\n");
  CHECK(answered("HTTP/1.1 204 None\r\nContent-Length: 0\r\n\r\n").head ==
        "HTTP/1.1 204 None\r\n\r\n");
}

TEST_CASE("interim answers carry neither framing nor a date") {
  const auto [head, framing] = answered("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n",
                                        {.keep_alive = false, .date = "today"});
  CHECK(head == "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n");
  CHECK(framing.body == Body{});
}

TEST_CASE("a switch of protocols names the protocol") {
  const std::string text =
      "HTTP/1.1 101 Switching\r\nSec-WebSocket-Accept: x\r\nUpgrade: websocket\r\n"
      "Connection: upgrade\r\n\r\n";
  CHECK(answered(text, {}, quiet(), true).head == text);
}

TEST_CASE("a response without a date gets one, and Via is added") {
  ForwardOptions options = quiet();
  options.via = "weir";
  CHECK(answered(kOk + "Content-Length: 0\r\n\r\n", {.date = "today"}, options).head ==
        kOk + "Content-Length: 0\r\nDate: today\r\nVia: 1.1 weir\r\n\r\n");
  CHECK(answered(kOk + "Date: then\r\nContent-Length: 0\r\n\r\n", {.date = "today"}).head ==
        kOk + "Date: then\r\nContent-Length: 0\r\n\r\n");
}

TEST_CASE("chunk framing is written") {
  std::string out;
  append_chunk_head(out, 1);
  append_chunk_head(out, 0xabc0);
  append_chunk_head(out, UINT64_MAX);
  append_last_chunk(out, "A: b\r\n");
  append_last_chunk(out);
  CHECK(out == "1\r\nabc0\r\nffffffffffffffff\r\n0\r\nA: b\r\n\r\n0\r\n\r\n");
}
