// Sessions: from one request of a client to the next, and how its connection ends.

#include "proxy/http_session.hpp"

#include <catch2/catch.hpp>

#include "proxy/http_rig.hpp"

using namespace std::chrono_literals;
using namespace weir;
using namespace weir::proxy;
using namespace weir::test;

namespace {

bool closes(std::string_view answer) { return contains(answer, "\r\nConnection: close\r\n"); }

std::string closing(std::string text) {
  return text.insert(text.find("\r\n\r\n") + 2, "Connection: close\r\n");
}

}  // namespace

TEST_CASE("a request goes to a backend, and its answer to the client") {
  HttpRig rig;
  auto client = rig.knock();
  rig.say(*client, get("/a"));
  CHECK(rig.hear(rig.backend(0)) == get("/a"));
  rig.say(rig.backend(0), answer("hello"));
  CHECK(rig.hear(*client) == answer("hello"));
  CHECK(rig.status(*client) == io::IoStatus::would_block);
  REQUIRE(rig.records.size() == 1);
  CHECK(rig.record(0).record.end == RequestEnd::complete);
  CHECK(rig.record(0).record.status == 200);
  CHECK(rig.record(0).record.bytes_out == 5);
  CHECK(rig.record(0).method == "GET");
  CHECK(rig.record(0).path == "/a");
  CHECK(rig.record(0).host == "a.example");
  CHECK(rig.record(0).attempts.at(0).end == AttemptEnd::answered);
  CHECK(rig.at_rest());
}

TEST_CASE("requests of one connection follow each other on one connection to the backend") {
  HttpRig rig;
  auto client = rig.knock();
  for (const std::string_view path : {"/1", "/2", "/3"}) {
    rig.say(*client, get(path));
    CHECK(rig.hear(rig.backend(0)) == get(path));
    rig.say(rig.backend(0), answer(path));
    CHECK(rig.hear(*client) == answer(path));
  }
  CHECK(rig.pipes.connected.size() == 1);
  CHECK(rig.record(2).record.number == 3);
  CHECK(rig.record(2).attempts.at(0).reused);
}

TEST_CASE("pipelined requests are asked one by one and answered in order") {
  HttpRig rig;
  auto client = rig.knock();
  rig.say(*client, get("/1") + post("/2", "body") + get("/3") + get("/nowhere").substr(0, 9));
  CHECK(rig.hear(rig.backend(0)) == get("/1"));
  rig.say(rig.backend(0), answer("1"));
  CHECK(rig.hear(rig.backend(0)) == post("/2", "body"));
  rig.say(rig.backend(0), answer("2"));
  CHECK(rig.hear(rig.backend(0)) == get("/3"));
  rig.say(rig.backend(0), answer("3"));
  CHECK(rig.hear(*client) == answer("1") + answer("2") + answer("3"));
  CHECK(rig.status(*client) == io::IoStatus::would_block);
}

TEST_CASE("pipelined answers of the proxy's own keep their place") {
  HttpRig rig;
  auto client = rig.knock();
  const std::string elsewhere = "GET / HTTP/1.1\r\nHost: b.example\r\n\r\n";
  rig.say(*client, get("/1") + elsewhere + get("/2") + "BAD\r\n\r\n" + get("/3"));
  rig.say(rig.backend(0), answer("1"));
  rig.hear(rig.backend(0));
  rig.say(rig.backend(0), answer("2"));
  const std::string all = rig.hear(*client);
  const std::size_t not_found = all.find("HTTP/1.1 404 ");
  const std::size_t second = all.find(answer("2"));
  const std::size_t bad = all.find("HTTP/1.1 400 ");
  CHECK(all.starts_with(answer("1")));
  CHECK(not_found < second);
  CHECK(second < bad);
  CHECK(bad != std::string::npos);
  CHECK(rig.status(*client) == io::IoStatus::end);
  CHECK(rig.hear(rig.backend(0)).empty());  // nothing behind what is refused
  CHECK(rig.records.size() == 4);
}

TEST_CASE("what is no request is refused with a reason, and the connection ends") {
  struct Case {
    std::string text;
    std::string status;
  };
  const std::string long_line = "GET /" + std::string(3000, 'x');
  const Case refused = GENERATE_COPY(
      Case{"BAD\r\n\r\n", "400"}, Case{"\x16\x03\x01", "400"},
      Case{"GET / HTTP/1.1\r\n\r\n", "400"}, Case{"GET / HTTP/1.1\nHost: a.example\n\n", "400"},
      Case{get("/", "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n"), "400"},
      Case{get("/", "Content-Length: 1\r\nContent-Length: 1\r\n"), "400"},
      Case{get("/", "Transfer-Encoding: gzip, chunked\r\n"), "400"},
      Case{get("/", "Content_Length: 3\r\n"), "400"}, Case{get("/", " folded: x\r\n"), "400"},
      Case{get("/", "Host: b.example\r\n"), "400"}, Case{"GET / HTTP/2.0\r\n", "505"},
      Case{"CONNECT a.example:80 HTTP/1.1\r\nHost: a.example\r\n\r\n", "501"},
      Case{get("/", "Expect: miracle\r\n"), "417"}, Case{long_line, "414"},
      Case{get("/", "X: " + std::string(3000, 'x') + "\r\n"), "431"});
  CAPTURE(refused.text);
  HttpRig rig;
  rig.options.limits.request_line_bytes_max = 1000;
  rig.options.limits.header_bytes_max = 2000;
  auto client = rig.knock();
  rig.say(*client, refused.text);
  const std::string told = rig.hear(*client);
  CHECK(told.starts_with("HTTP/1.1 " + refused.status + " "));
  CHECK(contains(told, "\r\nProxy-Status: weir; error=http_request_error"));
  CHECK(closes(told));
  CHECK(rig.status(*client) == io::IoStatus::end);
  CHECK(rig.pipes.tried.empty());
  CHECK(rig.record(0).record.end == RequestEnd::answered_by_us);
  CHECK(std::to_string(rig.record(0).record.status) == refused.status);
}

TEST_CASE("a refused HEAD request gets no body, and the log tells what was asked") {
  struct Case {
    std::string text;
    std::string status;
    std::string path;
  };
  const Case refused = GENERATE(
      Case{"HEAD /a HTTP/1.1\r\nHost: a.example\r\nContent-Length: x\r\n\r\n", "400", "/a"},
      Case{"\r\nHEAD /a HTTP/1.1\r\n\r\n", "400", "/a"},  // by the parser: no Host
      Case{"HEAD /a HTTP/1.1\r\n folded", "400", "/a"},   // before the head's end
      Case{"HEAD /a HTTP/3.0\r\n", "505", ""}, Case{"HEAD /" + std::string(9000, 'x'), "414", ""});
  CAPTURE(refused.text);
  HttpRig rig;
  auto client = rig.knock();
  for (std::size_t at = 0; at < refused.text.size(); at += 4000) {
    rig.say(*client, refused.text.substr(at, 4000));
  }
  const std::string told = rig.hear(*client);
  CHECK(told.starts_with("HTTP/1.1 " + refused.status + " "));
  CHECK(contains(told, "\r\nContent-Length: "));
  CHECK(told.find("\r\n\r\n") == told.size() - 4);
  CHECK(rig.record(0).method == "HEAD");
  CHECK(rig.record(0).path == refused.path);
}

TEST_CASE("nothing behind a refused request is looked at") {
  HttpRig rig;
  auto client = rig.knock();
  rig.say(*client, get("/", "Content-Length: x\r\n") + get("/smuggled"));
  rig.hear(*client);
  rig.say(*client, get("/smuggled"));
  CHECK(rig.pipes.tried.empty());
  CHECK(rig.hear(*client).empty());
}

TEST_CASE("a request without a route gets a 404, and the next one is served") {
  HttpRig rig;
  auto client = rig.knock();
  rig.say(*client, "GET / HTTP/1.1\r\nHost: b.example\r\n\r\n");
  const std::string told = rig.hear(*client);
  CHECK(told.starts_with("HTTP/1.1 404 "));
  CHECK_FALSE(closes(told));
  rig.say(*client, "HEAD / HTTP/1.1\r\nHost: b.example\r\n\r\n");
  CHECK(rig.hear(*client).ends_with("\r\n\r\n"));
  rig.say(*client, get("/a"));
  rig.say(rig.backend(0), answer("a"));
  CHECK(rig.hear(*client) == answer("a"));
  CHECK(rig.record(0).host == "b.example");
  CHECK(rig.record(0).record.error == http::ProxyError::destination_not_found);
}

TEST_CASE("a 404 to a request with a body closes: the body is not taken for a request") {
  HttpRig rig;
  auto client = rig.knock();
  const std::string inside = get("/inside");
  rig.say(*client, "POST / HTTP/1.1\r\nHost: b.example\r\nContent-Length: " +
                       std::to_string(inside.size()) + "\r\n\r\n" + inside);
  CHECK(closes(rig.hear(*client)));
  CHECK(rig.status(*client) == io::IoStatus::end);
  CHECK(rig.pipes.tried.empty());
}

TEST_CASE("a client that closes or says HTTP/1.0 is closed after its answer") {
  const std::string_view line = GENERATE("GET / HTTP/1.0\r\nHost: a.example\r\n\r\n",
                                         "GET / HTTP/1.1\r\nHost: a.example\r\n"
                                         "Connection: close\r\n\r\n");
  HttpRig rig;
  auto client = rig.knock();
  rig.say(*client, std::string(line) + get("/never"));
  CHECK(rig.hear(rig.backend(0)) == get("/"));
  rig.say(rig.backend(0), answer("hello"));
  CHECK(rig.hear(*client) == closing(answer("hello")));
  CHECK(rig.status(*client) == io::IoStatus::end);
  CHECK(rig.hear(rig.backend(0)).empty());
  CHECK(rig.proxy().pool(0).idle() == 1);  // the backend's connection goes on
}

TEST_CASE("a client of HTTP/1.0 that asks for it is kept") {
  HttpRig rig;
  auto client = rig.knock();
  for (int i = 0; i < 2; ++i) {
    rig.say(*client, "GET / HTTP/1.0\r\nHost: a.example\r\nConnection: keep-alive\r\n\r\n");
    rig.say(rig.backend(0), answer("hello"));
    CHECK(contains(rig.hear(*client), "Connection: keep-alive\r\n"));
  }
}

TEST_CASE("a head must arrive within the header timeout, counted from its first byte") {
  const bool is_first = GENERATE(true, false);
  HttpRig rig;
  rig.options.timeouts.header = 10s;
  auto client = rig.knock();
  if (!is_first) {
    rig.say(*client, get("/"));
    rig.say(rig.backend(0), answer(""));
    rig.hear(*client);
    rig.pipes.driver.advance(30s);
  }
  for (const char byte : std::string_view("GET / HTT")) {  // slowly, but never silent
    rig.say(*client, std::string(1, byte));
    rig.pipes.driver.advance(1s);
  }
  CHECK(rig.hear(*client).empty());
  rig.say(*client, "P");
  rig.pipes.driver.advance(1s);
  const std::string told = rig.hear(*client);
  CHECK(told.starts_with("HTTP/1.1 408 "));
  CHECK(closes(told));
  CHECK(rig.status(*client) == io::IoStatus::end);
  CHECK(rig.records.back().record.end == RequestEnd::client_timeout);
}

TEST_CASE("the header timeout of a pipelined head begins with its turn") {
  HttpRig rig;
  rig.options.timeouts.header = 10s;
  auto client = rig.knock();
  rig.say(*client, get("/") + "GET /2 HT");
  rig.pipes.driver.advance(20s);
  rig.say(rig.backend(0), answer("1"));
  CHECK(rig.hear(*client) == answer("1"));
  rig.pipes.driver.advance(9s);
  CHECK(rig.hear(*client).empty());
  rig.pipes.driver.advance(1s);
  CHECK(rig.hear(*client).starts_with("HTTP/1.1 408 "));
}

TEST_CASE("a client that never asks is closed without a word") {
  HttpRig rig;
  rig.options.timeouts.header = 10s;
  auto client = rig.knock();
  rig.pipes.driver.advance(10s);
  CHECK(rig.status(*client) == io::IoStatus::end);
  CHECK(rig.records.empty());
  CHECK(rig.proxy().open_sessions() == 0);
}

TEST_CASE("an idle connection is closed without a word after the keep-alive timeout") {
  HttpRig rig;
  rig.options.timeouts.keep_alive = 20s;
  auto client = rig.knock();
  rig.say(*client, get("/"));
  rig.say(rig.backend(0), answer("hello"));
  rig.hear(*client);
  rig.pipes.driver.advance(19s);
  CHECK(rig.status(*client) == io::IoStatus::would_block);
  rig.pipes.driver.advance(1s);
  CHECK(rig.status(*client) == io::IoStatus::end);
  rig.pipes.driver.advance(5s);
  CHECK(rig.proxy().open_sessions() == 0);
}

TEST_CASE("the last request of a connection's share is told so") {
  const bool own_answer = GENERATE(false, true);
  HttpRig rig;
  rig.options.requests_max = 2;
  auto client = rig.knock();
  rig.say(*client,
          get("/1") + (own_answer ? "GET / HTTP/1.1\r\nHost: b\r\n\r\n" : get("/2")) + get("/3"));
  rig.say(rig.backend(0), answer("1"));
  CHECK(rig.hear(*client).starts_with(answer("1")) == true);
  if (!own_answer) {
    rig.hear(rig.backend(0));
    rig.say(rig.backend(0), answer("2"));
    CHECK(rig.hear(*client) == closing(answer("2")));
  }
  CHECK(rig.status(*client) == io::IoStatus::end);
  CHECK(rig.hear(rig.backend(0)).find("/3") == std::string::npos);
  CHECK(rig.records.size() == 2);
}

TEST_CASE("a client that has ended its direction still gets its answers") {
  HttpRig rig;
  auto client = rig.knock();
  write_now(*client, get("/1") + get("/2"));
  const bool at_once = GENERATE(true, false);
  if (!at_once) rig.pipes.driver.settle();
  client->shutdown_write();
  rig.pipes.driver.settle();
  rig.say(rig.backend(0), answer("1"));
  CHECK(rig.hear(rig.backend(0)) == get("/1") + get("/2"));
  rig.say(rig.backend(0), answer("2"));
  CHECK(rig.hear(*client) == answer("1") + answer("2"));
  CHECK(rig.status(*client) == io::IoStatus::end);
  CHECK(rig.proxy().open_sessions() == 0);
}

TEST_CASE("a client that has ended its direction in the middle of a next head gets its answer") {
  HttpRig rig;
  auto client = rig.knock();
  write_now(*client, get("/1") + "GET /2 HT");
  client->shutdown_write();
  rig.pipes.driver.settle();
  rig.say(rig.backend(0), answer("1"));
  CHECK(rig.hear(*client) == answer("1"));
  CHECK(rig.proxy().open_sessions() == 0);
  CHECK(rig.records.size() == 1);
}

TEST_CASE("a client that goes in the middle of a head is closed without a word") {
  const bool reset = GENERATE(true, false);
  HttpRig rig;
  auto client = rig.knock();
  rig.say(*client, "GET / HT");
  if (reset) {
    client->abort();
  } else {
    client->shutdown_write();
  }
  rig.pipes.driver.settle();
  CHECK(rig.proxy().open_sessions() == 0);
  CHECK(rig.records.empty());
}

TEST_CASE("a client that resets while it waits frees the backend at once") {
  const bool pipelines = GENERATE(false, true);  // then nothing more is read of it
  HttpRig rig;
  auto client = rig.knock();
  rig.say(*client, get("/") + (pipelines ? get("/2") : ""));
  CHECK(rig.balance.in_flight() == 1);
  client->abort();
  CHECK(rig.at_rest());
  CHECK(rig.status(rig.backend(0)) == io::IoStatus::ok);  // the request, then
  rig.hear(rig.backend(0));
  CHECK(rig.status(rig.backend(0)) == io::IoStatus::reset);
  CHECK(rig.record(0).record.end == RequestEnd::client_gone);
  CHECK(rig.record(0).record.status == 0);
  CHECK(rig.record(0).attempts.at(0).end == AttemptEnd::client_gone);
  CHECK(rig.balance.state(0).failed == 0);
  CHECK(rig.proxy().pool(0).open(0) == 0);
  CHECK(rig.proxy().open_sessions() == 0);
}

TEST_CASE("after the last answer the client's further bytes are read and forgotten, for a while") {
  HttpRig rig;
  rig.options.timeouts.linger = 2s;
  auto client = rig.knock();
  rig.say(*client, "BAD\r\n\r\n");
  for (int i = 0; i < 10; ++i) rig.say(*client, std::string(4000, 'x'));  // it does not block
  CHECK(rig.hear(*client).starts_with("HTTP/1.1 400 "));
  CHECK(rig.status(*client) == io::IoStatus::end);
  rig.pipes.driver.advance(1s);
  rig.say(*client, "x");
  CHECK(rig.proxy().open_sessions() == 1);
  rig.pipes.driver.advance(1s);
  CHECK(rig.proxy().open_sessions() == 0);
}

TEST_CASE("lingering ends with the client") {
  HttpRig rig;
  auto client = rig.knock();
  rig.say(*client, "BAD\r\n\r\n");
  rig.hear(*client);
  client.reset();
  rig.pipes.driver.settle();
  CHECK(rig.proxy().open_sessions() == 0);
}

TEST_CASE("an empty line is no request that could be late") {
  HttpRig rig;
  auto client = rig.knock();
  rig.say(*client, get("/1"));
  rig.say(rig.backend(0), answer("1"));
  rig.hear(*client);
  rig.say(*client, "\r\n");  // as old clients send behind a body: RFC 9112, 2.2
  rig.pipes.driver.advance(61s);
  CHECK(rig.hear(*client).empty());
  CHECK(rig.status(*client) == io::IoStatus::end);
  CHECK(rig.records.size() == 1);
}

TEST_CASE("empty lines between requests are tolerated") {
  HttpRig rig;
  auto client = rig.knock();
  rig.say(*client, "\r\n" + post("/1", "x") + "\r\n" + get("/2"));
  CHECK(rig.hear(rig.backend(0)) == post("/1", "x"));
  rig.say(rig.backend(0), answer("1"));
  CHECK(rig.hear(rig.backend(0)) == get("/2"));
}
