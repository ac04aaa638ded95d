// Exchanges that go well: every kind of body, in both directions, and interim answers.

#include "proxy/http_exchange.hpp"

#include <catch2/catch.hpp>

#include "proxy/http_rig.hpp"

using namespace std::chrono_literals;
using namespace weir;
using namespace weir::proxy;
using namespace weir::test;

namespace {

const std::string kChunked = "Transfer-Encoding: chunked\r\n";

std::string closing(std::string text) {
  return text.insert(text.find("\r\n\r\n") + 2, "Connection: close\r\n");
}

}  // namespace

TEST_CASE("a request body with a length arrives as it is") {
  HttpRig rig;
  auto client = rig.knock();
  rig.say(*client, post("/", "hello").substr(0, post("/", "hello").size() - 3));
  CHECK(rig.hear(rig.backend(0)) == post("/", "he").replace(post("/", "he").find(": 2"), 3, ": 5"));
  rig.say(*client, "llo");
  CHECK(rig.hear(rig.backend(0)) == "llo");
  rig.say(rig.backend(0), answer("done"));
  CHECK(rig.hear(*client) == answer("done"));
  CHECK(rig.record(0).record.bytes_in == 5);
  CHECK(rig.proxy().pool(0).idle() == 1);
}

TEST_CASE("a chunked request body is framed anew, without extensions, with its trailers") {
  HttpRig rig;
  auto client = rig.knock();
  rig.say(*client, chunked_post("/", "3;x=y\r\nabc\r\n0004\r\ndefg\r\n0\r\nX-Sum: 7\r\n\r\n"));
  CHECK(rig.hear(rig.backend(0)) ==
        chunked_post("/", "3\r\nabc\r\n4\r\ndefg\r\n0\r\nX-Sum: 7\r\n\r\n"));
  rig.say(rig.backend(0), answer("done"));
  CHECK(rig.hear(*client) == answer("done"));
  CHECK(rig.record(0).record.bytes_in == 7);
  CHECK(rig.proxy().pool(0).idle() == 1);
}

TEST_CASE("an empty chunked body is one") {
  HttpRig rig;
  auto client = rig.knock();
  rig.say(*client, chunked_post("/", "0\r\n\r\n") + get("/2"));
  CHECK(rig.hear(rig.backend(0)) == chunked_post("/", "0\r\n\r\n"));
  rig.say(rig.backend(0), answer_head("200 OK", kChunked) + "0\r\n\r\n");
  CHECK(rig.hear(*client) == answer_head("200 OK", kChunked) + "0\r\n\r\n");
  CHECK(rig.hear(rig.backend(0)) == get("/2"));
}

TEST_CASE("a chunked answer is framed anew, with its trailers") {
  HttpRig rig;
  auto client = rig.knock();
  rig.say(*client, get("/"));
  rig.say(rig.backend(0), answer_head("200 OK", kChunked) + "003\r\nabc\r\n");
  CHECK(rig.hear(*client) == answer_head("200 OK", kChunked) + "3\r\nabc\r\n");
  rig.say(rig.backend(0), "1;ext\r\nd\r\n0\r\nX-Sum: 4\r\nContent-Type: no\r\n\r\n");
  CHECK(rig.hear(*client) == "1\r\nd\r\n0\r\nX-Sum: 4\r\n\r\n");
  CHECK(rig.proxy().pool(0).idle() == 1);
}

TEST_CASE("a client of HTTP/1.0 gets a chunked answer as plain bytes until the end") {
  HttpRig rig;
  auto client = rig.knock();
  rig.say(*client, "GET / HTTP/1.0\r\nHost: a.example\r\nConnection: keep-alive\r\n\r\n");
  rig.say(rig.backend(0),
          answer_head("200 OK", kChunked) + "3\r\nabc\r\n2\r\nde\r\n0\r\nX: y\r\n\r\n");
  CHECK(rig.hear(*client) == answer_head("200 OK", "Connection: close\r\n") + "abcde");
  CHECK(rig.status(*client) == io::IoStatus::end);
  CHECK(rig.proxy().pool(0).idle() == 1);
}

TEST_CASE("an answer until the end of its connection becomes chunked") {
  HttpRig rig;
  auto client = rig.knock();
  rig.say(*client, get("/1") + get("/2"));
  rig.say(rig.backend(0), answer_head("200 OK") + "abc");
  CHECK(rig.hear(*client) == answer_head("200 OK", kChunked) + "3\r\nabc\r\n");
  rig.say(rig.backend(0), "defg");
  rig.backend(0).shutdown_write();
  CHECK(rig.hear(*client) == "4\r\ndefg\r\n0\r\n\r\n");
  CHECK(rig.hear(rig.backend(1)) == get("/2"));  // the client goes on, on another connection
  CHECK(rig.record(0).record.end == RequestEnd::complete);
}

TEST_CASE("an answer until the end stays one for a client of HTTP/1.0") {
  HttpRig rig;
  auto client = rig.knock();
  rig.say(*client, "GET / HTTP/1.0\r\nHost: a.example\r\n\r\n");
  rig.say(rig.backend(0), answer_head("200 OK") + "abc");
  rig.backend(0).shutdown_write();
  CHECK(rig.hear(*client) == answer_head("200 OK", "Connection: close\r\n") + "abc");
  CHECK(rig.status(*client) == io::IoStatus::end);
}

TEST_CASE("an answer without a body ends with its head, whatever that describes") {
  struct Case {
    std::string method;
    std::string answer;
  };
  const Case bodiless = GENERATE_COPY(
      Case{"HEAD", answer_head("200 OK", "Content-Length: 1000\r\n")},
      Case{"HEAD", answer_head("404 Not Found")}, Case{"GET", answer_head("204 No Content")},
      Case{"GET", answer_head("304 Not Modified", "Content-Length: 1000\r\n")},
      Case{"DELETE", answer_head("200 OK", "Content-Length: 0\r\n")});
  CAPTURE(bodiless.method, bodiless.answer);
  HttpRig rig;
  auto client = rig.knock();
  rig.say(*client, bodiless.method + get("/1").substr(3) + get("/2"));
  CHECK(rig.hear(rig.backend(0)) == bodiless.method + get("/1").substr(3));
  rig.say(rig.backend(0), bodiless.answer);
  CHECK(rig.hear(*client) == bodiless.answer);
  CHECK(rig.hear(rig.backend(0)) == get("/2"));
  CHECK(rig.pipes.connected.size() == 1);
}

TEST_CASE("a HEAD answered with a chunked head has no body, and its connection is kept") {
  HttpRig rig;
  auto client = rig.knock();
  rig.say(*client, "HEAD" + get("/").substr(3));
  rig.say(rig.backend(0), answer_head("200 OK", kChunked));
  CHECK(rig.hear(*client).ends_with("\r\n\r\n"));
  CHECK(rig.record(0).record.end == RequestEnd::complete);
  CHECK(rig.proxy().pool(0).idle() == 1);
}

TEST_CASE("a body that follows a HEAD's answer reaches nobody, and its connection goes") {
  HttpRig rig;
  auto client = rig.knock();
  rig.say(*client, "HEAD" + get("/1").substr(3) + get("/2"));
  rig.say(rig.backend(0), answer_head("200 OK", "Content-Length: 4\r\n") + "oops");
  CHECK(rig.hear(*client) == answer_head("200 OK", "Content-Length: 4\r\n"));
  CHECK(rig.hear(rig.backend(1)) == get("/2"));
}

TEST_CASE("several interim answers go before the final one") {
  HttpRig rig;
  auto client = rig.knock();
  rig.say(*client, get("/"));
  const std::string hints = "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n";
  const std::string processing = "HTTP/1.1 102 Processing\r\n\r\n";
  rig.say(rig.backend(0), hints + processing + hints.substr(0, 20));
  CHECK(rig.hear(*client) == hints + processing);
  rig.say(rig.backend(0), hints.substr(20) + answer("done"));
  CHECK(rig.hear(*client) == hints + answer("done"));
  CHECK(rig.record(0).record.status == 200);
  CHECK(rig.proxy().pool(0).idle() == 1);
}

TEST_CASE("a client of HTTP/1.0 gets no interim answers") {
  HttpRig rig;
  auto client = rig.knock();
  rig.say(*client, "GET / HTTP/1.0\r\nHost: a.example\r\n\r\n");
  rig.say(rig.backend(0), "HTTP/1.1 103 Early Hints\r\n\r\n" + answer("x"));
  CHECK(rig.hear(*client) == closing(answer("x")));
}

TEST_CASE("interim answers without end are a bad response") {
  HttpRig rig;
  auto client = rig.knock();
  rig.say(*client, get("/"));
  for (int i = 0; i < 16; ++i) rig.say(rig.backend(0), "HTTP/1.1 102 Processing\r\n\r\n");
  CHECK(rig.records.empty());
  rig.say(rig.backend(0), "HTTP/1.1 102 Processing\r\n\r\n");
  CHECK(contains(rig.hear(*client), "HTTP/1.1 502 "));
}

TEST_CASE("a client that waits for 100 Continue gets it from the backend, and sends its body") {
  HttpRig rig;
  auto client = rig.knock();
  const std::string head =
      "POST / HTTP/1.1\r\nHost: a.example\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n";
  rig.say(*client, head);
  CHECK(rig.hear(rig.backend(0)) == head);
  rig.say(rig.backend(0), std::string(http::kContinue));
  CHECK(rig.hear(*client) == http::kContinue);
  rig.say(*client, "body");
  CHECK(rig.hear(rig.backend(0)) == "body");
  rig.say(rig.backend(0), answer("done"));
  CHECK(rig.hear(*client) == answer("done"));
  CHECK(rig.proxy().pool(0).idle() == 1);
}

TEST_CASE("a backend that refuses a body before it was sent ends both connections") {
  HttpRig rig;
  auto client = rig.knock();
  rig.say(
      *client,
      "POST / HTTP/1.1\r\nHost: a.example\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n");
  const std::string refused = answer_head("417 No", "Content-Length: 0\r\n");
  rig.say(rig.backend(0), refused);
  CHECK(rig.hear(*client) == closing(refused));
  CHECK(rig.status(*client) == io::IoStatus::end);
  rig.say(*client, "body" + get("/smuggled"));
  rig.hear(rig.backend(0));
  CHECK(rig.status(rig.backend(0)) != io::IoStatus::would_block);
  CHECK(rig.pipes.connected.size() == 1);
  CHECK(rig.record(0).record.end == RequestEnd::complete);
}

TEST_CASE("an early answer reaches the client while its body still comes") {
  const bool backend_leaves = GENERATE(true, false);
  HttpRig rig;
  auto client = rig.knock();
  rig.say(*client, chunked_post("/", "5\r\nhello\r\n"));
  rig.say(rig.backend(0), answer("enough"));
  if (backend_leaves) rig.pipes.connected[0].reset();
  rig.say(*client, "5\r\nhello\r\n");
  CHECK(rig.hear(*client) == closing(answer("enough")));
  CHECK(rig.status(*client) == io::IoStatus::end);
  CHECK(rig.proxy().pool(0).open(0) == 0);
  CHECK(rig.record(0).record.end == RequestEnd::complete);
}

TEST_CASE("a backend that stops reading and answers is heard") {
  HttpRig rig;
  auto client = rig.knock();
  rig.say(*client, chunked_post("/", "5\r\nhello\r\n"));
  write_now(rig.backend(0), answer("enough"));
  rig.pipes.connected[0].reset();  // with unread bytes: what it said is there, then a reset
  rig.pipes.driver.settle();
  rig.say(*client, "5\r\nhello\r\n");
  CHECK(rig.hear(*client) == closing(answer("enough")));
}

TEST_CASE("both directions of an exchange may flow at the same time") {
  HttpRig rig;
  rig.options.timeouts.body_idle = 10s;
  rig.options.body_rate.bytes_per_second = 0;
  auto client = rig.knock();
  rig.say(*client, chunked_post("/", ""));
  rig.say(rig.backend(0), answer_head("200 OK", kChunked));
  rig.hear(rig.backend(0));
  rig.hear(*client);
  SECTION("an upload keeps an answer that waits for it alive, and the other way round") {
    for (int i = 0; i < 3; ++i) {
      rig.pipes.driver.advance(9s);
      rig.say(*client, "1\r\nu\r\n");
      CHECK(rig.hear(rig.backend(0)) == "1\r\nu\r\n");
    }
    for (int i = 0; i < 3; ++i) {
      rig.pipes.driver.advance(9s);
      rig.say(rig.backend(0), "1\r\nd\r\n");
      CHECK(rig.hear(*client) == "1\r\nd\r\n");
    }
  }
  rig.say(*client, "0\r\n\r\n");
  rig.say(rig.backend(0), "0\r\n\r\n");
  CHECK(rig.hear(*client) == "0\r\n\r\n");
  CHECK(rig.record(0).record.end == RequestEnd::complete);
  CHECK(rig.proxy().pool(0).idle() == 1);
}

TEST_CASE("a backend that says close, or HTTP/1.0, is not used again") {
  const std::string told = GENERATE(as<std::string>(),
                                    "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n"
                                    "Connection: close\r\n\r\nx",
                                    "HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\nx");
  HttpRig rig;
  auto client = rig.knock();
  rig.say(*client, get("/1") + get("/2"));
  rig.say(rig.backend(0), told);
  CHECK(rig.hear(*client).ends_with("\r\n\r\nx"));
  CHECK(rig.hear(rig.backend(1)) == get("/2"));
}

TEST_CASE("a limit on request bodies does not limit answers") {
  HttpRig rig;
  rig.options.limits.body_bytes_max = 4;
  auto client = rig.knock();
  rig.say(*client, get("/"));
  rig.say(rig.backend(0), answer("0123456789"));
  CHECK(rig.hear(*client) == answer("0123456789"));
  rig.say(*client, post("/", "12345"));
  CHECK(rig.hear(*client).starts_with("HTTP/1.1 413 "));
}

TEST_CASE("a chunked request body over the limit is refused on both sides") {
  HttpRig rig;
  rig.options.limits.body_bytes_max = 4;
  auto client = rig.knock();
  rig.say(*client, chunked_post("/", "4\r\n1234\r\n") + "1\r\n5\r\n");
  CHECK(rig.hear(*client).starts_with("HTTP/1.1 413 "));
  CHECK(rig.status(*client) == io::IoStatus::end);
  rig.hear(rig.backend(0));
  CHECK(rig.status(rig.backend(0)) == io::IoStatus::reset);
}

TEST_CASE("a body that is refused behind the head of its answer leaves the status that went out") {
  HttpRig rig;
  auto client = rig.knock();
  rig.say(*client, chunked_post("/", "1\r\na\r\n"));
  rig.say(rig.backend(0), answer_head("200 OK", kChunked));
  rig.hear(*client);
  rig.say(*client, "zz\r\n");
  CHECK(rig.status(*client) == io::IoStatus::reset);
  CHECK(rig.record(0).record.status == 200);
  CHECK(rig.record(0).record.end == RequestEnd::client_gone);
}

TEST_CASE("the request id in the record is the one that the backend got") {
  HttpRig rig;
  const http::ForwardPolicy policy({.trusted_hops = 1, .x_forwarded = false, .via = ""});
  std::vector<Route> routes = {{.name = "r", .match = {}}};
  std::vector<Destination> destinations = {{.cluster = 0, .route = "r", .policy = policy}};
  rig.options.routing = std::make_shared<const Routing>(
      Routing{RouteTable(std::move(routes)), std::move(destinations)});
  auto client = rig.knock();
  rig.say(*client, get("/", "X-Request-Id: mine\r\n"));
  CHECK(contains(rig.hear(rig.backend(0)), "X-Request-Id: mine\r\n"));
  rig.say(rig.backend(0), answer("x"));
  CHECK(rig.record(0).request_id == "mine");
  rig.say(*client, get("/", "X-Request-Id: not a token\r\n"));
  const std::string sent = rig.hear(rig.backend(0));
  CHECK_FALSE(contains(sent, "not a token"));
  rig.say(rig.backend(0), answer("x"));
  CHECK(contains(sent, "X-Request-Id: " + rig.record(1).request_id + "\r\n"));
}
