#include "http/request_parser.hpp"

#include <string>

#include <catch2/catch.hpp>

#include "http/reading.hpp"

using namespace weir;
using namespace weir::http;
using test::get_with;
using test::Request;

TEST_CASE("a request head says what it says") {
  const Request request(
      "POST /a/b?c=d HTTP/1.1\r\nHost: example.com:8080\r\nContent-Length: 5\r\n"
      "X-Empty:\r\nx-b:  c\t\r\n\r\n");
  REQUIRE(request.status() == 200);
  CHECK(request->method == Method::post);
  CHECK(request->method_text == "POST");
  CHECK(request->target == "/a/b?c=d");
  CHECK(request->path == "/a/b?c=d");
  CHECK(request->authority == "example.com:8080");
  CHECK(request->minor == 1);
  CHECK(request->body == Body{Body::Kind::length, 5});
  CHECK(request->keep_alive);
  CHECK_FALSE(request->expects_continue);
  CHECK(request->upgrade.empty());
  REQUIRE(request->fields.size() == 4);
  CHECK(request->fields[2] == Field{"X-Empty", "", FieldId::other});
  CHECK(request->fields[3] == Field{"x-b", "c", FieldId::other});
}

TEST_CASE("empty lines before a request are not part of what it says") {
  const Request request("\r\n\r\n" + get_with(""));
  REQUIRE(request.status() == 200);
  CHECK(request->method_text == "GET");
}

TEST_CASE("an absolute target wins over Host") {
  const Request request("GET http://a.example/x HTTP/1.1\r\nHost: b.example\r\n\r\n");
  REQUIRE(request.status() == 200);
  CHECK(request->authority == "a.example");
  CHECK(request->path == "/x");
  CHECK(request->target == "http://a.example/x");
}

TEST_CASE("an absolute target without a path asks for the root") {
  CHECK(Request("GET http://a HTTP/1.1\r\nHost: a\r\n\r\n")->path == "/");
  CHECK(Request("GET http://a?b HTTP/1.1\r\nHost: a\r\n\r\n")->path == "/?b");
  CHECK(Request("OPTIONS http://a HTTP/1.1\r\nHost: a\r\n\r\n")->path == "*");
}

namespace {

struct Row {
  std::string text;
  int status;
};

std::string post_with(std::string_view fields) {
  return "POST / HTTP/1.1\r\nHost: a\r\n" + std::string(fields) + "\r\n";
}

void check(const Row& row) {
  const Request request(row.text);
  INFO(row.text << "\n-> " << request.status() << " " << request.reason());
  CHECK(request.status() == row.status);
}

}  // namespace

TEST_CASE("a request whose framing could be read in two ways is refused") {
  const Row rows[] = {
      {post_with("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n"), 400},
      {post_with("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n"), 400},
      {post_with("Content-Length: 5\r\nContent-Length: 5\r\n"), 400},
      {post_with("Content-Length: 5\r\nContent-Length: 6\r\n"), 400},
      {post_with("Content-Length: 5\r\ncontent-length: 5\r\n"), 400},
      {post_with("Content-Length: 5,5\r\n"), 400},
      {post_with("Content-Length: 5, 6\r\n"), 400},
      {post_with("Content-Length: +5\r\n"), 400},
      {post_with("Content-Length: -5\r\n"), 400},
      {post_with("Content-Length: 0x5\r\n"), 400},
      {post_with("Content-Length: 5 5\r\n"), 400},
      {post_with("Content-Length: 5\t5\r\n"), 400},
      {post_with("Content-Length: 5a\r\n"), 400},
      {post_with("Content-Length:\r\n"), 400},
      {post_with("Content-Length: 99999999999999999999\r\n"), 400},
      {post_with("Content-Length: 18446744073709551621\r\n"), 400},
      {post_with("Content-Length: 9223372036854775808\r\n"), 400},
      {post_with("Content-Length : 5\r\n"), 400},
      {post_with("Content-Length\t: 5\r\n"), 400},
      {post_with("Content_Length: 5\r\n"), 400},
      {post_with("Transfer_Encoding: chunked\r\n"), 400},
      {post_with("transfer_encoding: chunked\r\nContent-Length: 5\r\n"), 400},
      {post_with("Transfer-Encoding : chunked\r\n"), 400},
      {post_with("Transfer-Encoding\t: chunked\r\n"), 400},
      {post_with(" Transfer-Encoding: chunked\r\n"), 400},
      {post_with("X: y\r\n Transfer-Encoding: chunked\r\n"), 400},
      {post_with("Transfer-Encoding:\r\n chunked\r\n"), 400},
      {post_with("Transfer-Encoding: \x0b"
                 "chunked\r\n"),
       400},
      {post_with("Transfer-Encoding: chunked\x0c\r\n"), 400},
      {post_with("Transfer-Encoding: chunked\x7f\r\n"), 400},
      {post_with("Transfer-Encoding: chunked\xa0\r\n"), 400},
      {post_with("Transfer-Encoding: \"chunked\"\r\n"), 400},
      {post_with("Transfer-Encoding: chunked, chunked\r\n"), 400},
      {post_with("Transfer-Encoding: identity\r\n"), 400},
      {post_with("Transfer-Encoding: identity, chunked\r\n"), 400},
      {post_with("Transfer-Encoding: chunked, identity\r\n"), 400},
      {post_with("Transfer-Encoding: gzip, chunked\r\n"), 400},
      {post_with("Transfer-Encoding: xchunked\r\n"), 400},
      {post_with("Transfer-Encoding: chunkedx\r\n"), 400},
      {post_with("Transfer-Encoding: chunked;q=1\r\n"), 400},
      {post_with("Transfer-Encoding:\r\n"), 400},
      {post_with("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"), 400},
      {post_with("Transfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n"), 400},
      {post_with("Transfer-Encoding: x\r\nTransfer-Encoding: chunked\r\n"), 400},
      {"POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
      {post_with("Content-Length: 5\n"), 400},
      {post_with("Content-Length: 5\r"), 400},
      {post_with("X: y\rTransfer-Encoding: chunked\r\n"), 400},
      {post_with("X: y\nTransfer-Encoding: chunked\r\n"), 400},
      {post_with("X: y\r\rContent-Length: 5\r\n"), 400},
      {post_with(std::string("Content-Length: 5\0\r\n", 20)), 400},
      {post_with(std::string("Content\0-Length: 5\r\n", 20)), 400},
      {post_with("Content-Length: 5 \r\n"), 200},
      {post_with("Content-Length:5\r\n"), 200},
      {post_with("Content-Length: 5\t\r\n"), 400},  // llhttp is stricter than the RFC
      {post_with("Transfer-Encoding: CHUNKED \r\n"), 200},
  };
  for (const Row& row : rows) check(row);
}

TEST_CASE("names and values of fields are checked") {
  const Row rows[] = {
      {get_with(": x\r\n"), 400},
      {get_with(":\r\n"), 400},
      {get_with("X\r\n"), 400},
      {get_with("X Y: z\r\n"), 400},
      {get_with("X : z\r\n"), 400},
      {get_with("(X): z\r\n"), 400},
      {get_with("X\"Y: z\r\n"), 400},
      {get_with("X\x80: z\r\n"), 400},
      {get_with("X@Y: z\r\n"), 400},
      {get_with("X: a\x01"
                "b\r\n"),
       400},
      {get_with("X: a\x08\r\n"), 400},
      {get_with("X: a\x7f\r\n"), 400},
      {get_with("X: a\r\n\tb\r\n"), 400},
      {get_with("X: a\r\n \r\n"), 400},
      {get_with("X:\r\n"), 200},
      {get_with("X: a\tb\r\n"), 200},
      {get_with("X: \xc3\xa4\xff\r\n"), 200},
      {get_with("X_Y: z\r\n"), 200},
      {get_with("!#$%&'*+-.^_`|~: z\r\n"), 200},
      {get_with("x_forwarded_for: z\r\n"), 200},
  };
  for (const Row& row : rows) check(row);
}

TEST_CASE("a request has one Host that names a host") {
  const std::string line = "GET / HTTP/1.1\r\n";
  const Row rows[] = {
      {line + "\r\n", 400},
      {line + "Host:\r\n\r\n", 400},
      {line + "Host: a\r\nHost: a\r\n\r\n", 400},
      {line + "Host: a\r\nhost: b\r\n\r\n", 400},
      {line + "Host: a, b\r\n\r\n", 400},
      {line + "Host: a b\r\n\r\n", 400},
      {line + "Host: a/b\r\n\r\n", 400},
      {line + "Host: u@a\r\n\r\n", 400},
      {line + "Host: a:b\r\n\r\n", 400},
      {line + "Host: a:99999\r\n\r\n", 400},
      {line + "Host: http://a\r\n\r\n", 400},
      {line + "Host: [::1\r\n\r\n", 400},
      {line + "Host : a\r\n\r\n", 400},
      {"GET http://a/ HTTP/1.1\r\n\r\n", 400},
      {"GET http://a/ HTTP/1.1\r\nHost: a b\r\n\r\n", 400},
      {"GET / HTTP/1.0\r\n\r\n", 200},
      {"GET / HTTP/1.0\r\nHost:\r\n\r\n", 400},
      {line + "Host: [::1]:80\r\n\r\n", 200},
  };
  for (const Row& row : rows) check(row);
}

TEST_CASE("a request line is exact, and of HTTP/1") {
  const std::string host = "\r\nHost: a\r\n\r\n";
  const Row rows[] = {
      {"GET  / HTTP/1.1" + host, 400},
      {"GET /  HTTP/1.1" + host, 400},
      {" GET / HTTP/1.1" + host, 400},
      {"GET / HTTP/1.1 " + host, 400},
      {"GET\t/ HTTP/1.1" + host, 400},
      {"GET /a b HTTP/1.1" + host, 400},
      {"GET /#f HTTP/1.1" + host, 400},
      {"GET /\xc3\xa4 HTTP/1.1" + host, 400},
      {"GET /" + host, 400},
      {"GET / HTTP/1.1\rX: y" + host, 400},
      {"GET / HTTP/1" + host, 400},
      {"GET / HTTP/1.1.1" + host, 400},
      {"GET / HTTP/0.9" + host, 505},
      {"GET / HTTP/1.2" + host, 505},
      {"GET / HTTP/2.0" + host, 505},
      {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505},
      {"GET * HTTP/1.1" + host, 400},
      {"GET a HTTP/1.1" + host, 400},
      {"GET http:a HTTP/1.1" + host, 400},
      {"GET ftp://a/ HTTP/1.1" + host, 400},
      {"GET http://u@a/ HTTP/1.1" + host, 400},
      {"OPTIONS * HTTP/1.1" + host, 200},
      {"CONNECT a:443 HTTP/1.1" + host, 501},
      {"CONNECT / HTTP/1.1" + host, 501},
      {"FROBNICATE / HTTP/1.1" + host, 501},
      {"get / HTTP/1.1" + host, 501},
      {"G@T / HTTP/1.1" + host, 400},
      {"PROPFIND / HTTP/1.1" + host, 200},
      {"M-SEARCH / HTTP/1.1" + host, 200},
      {"GET /%zz?a=%00 HTTP/1.1" + host, 200},
      {"GET /?a|b={\"c\"}[^`] HTTP/1.1" + host, 200},
      {"TRACE / HTTP/1.1" + host, 200},
      {"TRACE / HTTP/1.1\r\nContent-Length: 5" + host, 400},
  };
  for (const Row& row : rows) check(row);
}

TEST_CASE("the only expectation is 100-continue") {
  const std::string body = "Content-Length: 5\r\n";
  check({post_with(body + "Expect: 200-ok\r\n"), 417});
  check({post_with(body + "Expect:\r\n"), 417});
  check({post_with(body + "Expect: 100-continue, x\r\n"), 417});
  check({post_with(body + "Expect: 100-continue\r\nExpect: 100-continue\r\n"), 417});
  CHECK(Request(post_with(body + "Expect: 100-Continue\r\n"))->expects_continue);
  CHECK_FALSE(Request(post_with("Expect: 100-continue\r\n"))->expects_continue);
  const Request old("POST / HTTP/1.0\r\nContent-Length: 5\r\nExpect: x\r\n\r\n");
  CHECK(old.status() == 200);
  CHECK_FALSE(old->expects_continue);
}

TEST_CASE("an upgrade is offered by a plain request for one protocol that is not h2c") {
  const auto offered = [](std::string_view fields) {
    const Request request(get_with(fields));
    REQUIRE(request.status() == 200);
    return std::string(request->upgrade);
  };
  CHECK(offered("Upgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n") == "websocket");
  CHECK(offered("Upgrade: websocket\r\n").empty());
  CHECK(offered("Connection: upgrade\r\n").empty());
  CHECK(offered("Upgrade: websocket, x\r\nConnection: upgrade\r\n").empty());
  CHECK(offered("Upgrade: x\r\nUpgrade: y\r\nConnection: upgrade\r\n").empty());
  CHECK(offered("Upgrade: H2C\r\nConnection: upgrade\r\n").empty());
  CHECK(offered("Upgrade: x\r\nConnection: upgrade\r\nContent-Length: 5\r\n").empty());
  CHECK(offered("Upgrade: x\r\nConnection: upgrade\r\nContent-Length: 0\r\n") == "x");
  const Request old("GET / HTTP/1.0\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n");
  CHECK(old->upgrade.empty());
}

TEST_CASE("limits of a request have their own statuses") {
  const Limits limits{.fields_max = 3, .body_bytes_max = 10};
  CHECK(Request(post_with("Content-Length: 10\r\n"), limits).status() == 200);
  CHECK(Request(post_with("Content-Length: 11\r\n"), limits).status() == 413);
  CHECK(Request(get_with("A: b\r\nA: b\r\n"), limits).status() == 200);
  CHECK(Request(get_with("A: b\r\nA: b\r\nA: b\r\n"), limits).status() == 431);
  CHECK(Request("GET /" + std::string(8192, 'a') + " HTTP/1.1\r\n\r\n").status() == 414);
  CHECK(Request(get_with("A: " + std::string(16384, 'b') + "\r\n")).status() == 431);
  CHECK(Request(get_with("A: " + std::string(16000, 'b') + "\r\n")).status() == 200);
}

TEST_CASE("trailers are accepted by TE") {
  CHECK(Request(get_with("TE: trailers\r\n"))->accepts_trailers);
  CHECK_FALSE(Request(get_with("TE: gzip\r\n"))->accepts_trailers);
}

TEST_CASE("a refused head leaves nothing behind in the parser") {
  const Limits limits;
  RequestParser parser(limits);
  const std::string bad = post_with("Transfer-Encoding: chunked\r\nContent-Length: 1\r\n");
  const std::string good = get_with("");
  CHECK_FALSE(parser.parse(as_bytes(bad)));
  const auto head = parser.parse(as_bytes(good));
  REQUIRE(head);
  CHECK(head->body == Body{});
  CHECK(head->fields.size() == 1);
}

TEST_CASE("an OPTIONS or TRACE that may go no further is not forwarded") {
  const auto with = [](std::string method, std::string fields) {
    return Request(method + " / HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n").status();
  };
  const std::string method = GENERATE("OPTIONS", "TRACE");
  CHECK(with(method, "Max-Forwards: 0\r\n") == 501);
  CHECK(with(method, "Max-Forwards: 000\r\n") == 501);
  CHECK(with(method, "Max-Forwards: 1\r\n") == 200);
  CHECK(with(method, "") == 200);
  for (const std::string value : {"", "x", "-1", "+1", "1.5", "1, 2", "1 "}) {
    CHECK(with(method, "Max-Forwards: " + value + "\r\n") == (value == "1 " ? 200 : 400));
  }
  CHECK(with(method, "Max-Forwards: 1\r\nMax-Forwards: 1\r\n") == 400);
  CHECK(with("GET", "Max-Forwards: 0\r\n") == 200);
}
