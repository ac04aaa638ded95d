// Exchanges that fail: whom the client is told to blame, and what a second backend may mend.

#include <catch2/catch.hpp>

#include "proxy/http_rig.hpp"

using namespace std::chrono_literals;
using namespace weir;
using namespace weir::proxy;
using namespace weir::test;

namespace {

bool is_told(std::string_view text, std::string_view status, std::string_view error) {
  return text.starts_with(std::string("HTTP/1.1 ").append(status) + " ") &&
         contains(text, std::string("\r\nProxy-Status: weir; error=").append(error) + ";");
}

// A rig whose first backend has one idle connection, that of connect 0.
struct Warm : HttpRig {
  explicit Warm(std::uint32_t backends = 1) : HttpRig(backends) {
    client = knock();
    say(*client, get("/warm"));
    say(backend(0), answer("warm"));
    hear(*client);
    hear(backend(0));
  }
  std::unique_ptr<io::Stream> client;
};

}  // namespace

TEST_CASE("a connect that fails goes on to the next backend, with the body intact") {
  HttpRig rig(3);
  rig.pipes.broken[1] = ErrorCode::refused;
  rig.pipes.broken[2] = ErrorCode::timed_out;
  rig.options.clusters.front().timeouts.connect = 1s;
  auto client = rig.knock();
  rig.say(*client, post("/", "precious"));
  auto other = rig.knock();
  rig.say(*other, post("/other", std::string(100, '#')));  // is read meanwhile
  rig.pipes.driver.advance(1s);
  std::string all;
  for (auto& far : rig.pipes.connected) all += rig.hear(*far);
  CHECK(contains(all, post("/", "precious")));
  CHECK(contains(all, post("/other", std::string(100, '#'))));
  CHECK(rig.proxy().counters().connects_failed >= 2);
}

TEST_CASE("what a client has sent is its own while its backend is connected") {
  HttpRig rig;
  rig.pipes.connect_takes = 1s;
  auto first = rig.knock();
  auto second = rig.knock();
  rig.say(*first, post("/1", "first") + get("/1b"));
  rig.say(*second, post("/2", std::string(200, '2')));
  rig.pipes.driver.advance(1s);
  CHECK(rig.hear(rig.backend(0)) == post("/1", "first"));
  CHECK(rig.hear(rig.backend(1)) == post("/2", std::string(200, '2')));
  rig.say(rig.backend(0), answer("1"));
  CHECK(rig.hear(rig.backend(0)) == get("/1b"));
}

TEST_CASE("a request that no backend takes is answered with what the last one did") {
  const bool silence = GENERATE(true, false);
  HttpRig rig(2);
  for (const std::uint16_t port : {1, 2}) {
    rig.pipes.broken[port] = silence ? ErrorCode::timed_out : ErrorCode::refused;
  }
  rig.options.clusters.front().timeouts.connect = 1s;
  auto client = rig.knock();
  rig.say(*client, get("/"));
  rig.pipes.driver.advance(2s);
  const std::string told = rig.hear(*client);
  CHECK(is_told(told, silence ? "504" : "502",
                silence ? "connection_timeout" : "connection_refused"));
  CHECK(rig.pipes.tried.size() == 2);
  CHECK(rig.record(0).attempts.size() == 2);
  CHECK(rig.balance.state(0).failed + rig.balance.state(1).failed == 2);
  rig.pipes.broken.clear();
  rig.say(*client, get("/again"));  // a request without a body leaves its connection usable
  CHECK(rig.hear(rig.backend(0)) == get("/again"));
}

TEST_CASE("no more backends are tried than the cluster allows") {
  HttpRig rig(4);
  for (const std::uint16_t port : {1, 2, 3, 4}) rig.pipes.broken[port] = ErrorCode::refused;
  rig.options.clusters[0].tries_max = GENERATE(1, 2, 4);
  auto client = rig.knock();
  rig.say(*client, get("/"));
  CHECK(rig.pipes.tried.size() == rig.options.clusters[0].tries_max);
  CHECK(rig.record(0).attempts.size() == rig.options.clusters[0].tries_max);
}

TEST_CASE("a request for which no backend is in service gets a 503") {
  HttpRig rig;
  rig.balance.set_draining(0, true, {});
  auto client = rig.knock();
  rig.say(*client, get("/"));
  CHECK(is_told(rig.hear(*client), "503", "destination_unavailable"));
  CHECK(rig.record(0).record.end == RequestEnd::answered_by_us);
  CHECK(rig.record(0).attempts.empty());
  rig.say(*client, post("/", "unread"));
  CHECK(contains(rig.hear(*client), "Connection: close\r\n"));
}

TEST_CASE("an answer that is none becomes a 502, and its connection goes") {
  const std::string bad = GENERATE(
      as<std::string>(), "SSH-2.0-OpenSSH\r\n", "HTTP/2 200\r\n\r\n", "HTTP/1.1 99 Low\r\n\r\n",
      "HTTP/1.1 200 OK\nContent-Length: 1\n\nx",
      "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxy",
      "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\nx",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n",
      "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
      "HTTP/1.1 200 OK\r\nContent-Length: +1\r\n\r\nx",
      "HTTP/1.1 200 OK\r\nContent_Length: 1\r\n\r\nx", "HTTP/1.1 200 OK\r\nX: a\r\n b\r\n\r\n",
      "HTTP/1.1 200 OK\r\nX : a\r\n\r\n", "HTTP/1.1 200 OK\r\nX: a\rb\r\n\r\n",
      "HTTP/1.1 204 No\r\nContent-Length: 3\r\n\r\nabc",
      "HTTP/1.1 100 Continue\r\nContent-Length: 3\r\n\r\nabc",
      "HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n",
      "\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  CAPTURE(bad);
  Warm rig;
  rig.say(*rig.client, get("/"));
  rig.say(rig.backend(0), bad);
  CHECK(is_told(rig.hear(*rig.client), "502", "http_protocol_error"));
  rig.hear(rig.backend(0));
  CHECK(rig.status(rig.backend(0)) == io::IoStatus::reset);
  CHECK(rig.pipes.connected.size() == 1);  // never a second time
  CHECK(rig.record(1).record.end == RequestEnd::answered_by_us);
  CHECK(rig.record(1).record.bytes_out == 0);
  CHECK(rig.record(1).attempts.at(0).end == AttemptEnd::bad_response);
  CHECK_FALSE(rig.record(1).details.empty());
  CHECK(rig.balance.state(0).failed == 1);
  rig.say(*rig.client, get("/next"));
  CHECK(rig.hear(rig.backend(1)) == get("/next"));
}

TEST_CASE("an answer that breaks off resets the client: it must not look complete") {
  const std::string chunked = answer_head("200 OK", "Transfer-Encoding: chunked\r\n");
  const std::string part = GENERATE_COPY(
      answer("0123456789").substr(0, answer("0123456789").size() - 1), chunked + "5\r\nabc",
      chunked + "3\r\nabc\r\n", chunked + "3\r\nabc\r\n0\r\n", chunked);
  const bool reset = GENERATE(true, false);
  Warm rig;
  rig.say(*rig.client, get("/"));
  rig.say(rig.backend(0), part);
  rig.hear(rig.backend(0));
  const std::string before = rig.hear(*rig.client);
  if (reset) {
    rig.backend(0).abort();
  } else {
    rig.backend(0).shutdown_write();
  }
  CHECK(rig.hear(*rig.client).empty());
  CHECK(rig.status(*rig.client) == io::IoStatus::reset);
  CHECK(before.starts_with("HTTP/1.1 200 OK"));
  CHECK_FALSE(contains(before, "\r\n0\r\n"));
  CHECK(rig.record(1).record.end == RequestEnd::truncated);
  CHECK(rig.record(1).record.status == 200);
  CHECK(rig.record(1).attempts.at(0).end == AttemptEnd::truncated);
  CHECK(rig.at_rest());
}

TEST_CASE("framing that goes bad in the middle of an answer resets the client") {
  HttpRig rig;
  auto client = rig.knock();
  rig.say(*client, get("/"));
  rig.say(rig.backend(0), answer_head("200 OK", "Transfer-Encoding: chunked\r\n") + "1\r\na\r\n");
  rig.hear(*client);
  rig.say(rig.backend(0), "2\r\nabc\r\n0\r\n\r\n");
  CHECK(rig.hear(*client).empty());
  CHECK(rig.status(*client) == io::IoStatus::reset);
  CHECK(rig.record(0).attempts.at(0).end == AttemptEnd::bad_response);
}

TEST_CASE("an answer until the end that is reset does not look complete") {
  HttpRig rig;
  auto client = rig.knock();
  rig.say(*client, get("/"));
  rig.say(rig.backend(0), answer_head("200 OK") + "abc");
  CHECK(rig.hear(*client).ends_with("3\r\nabc\r\n"));
  rig.hear(rig.backend(0));
  rig.backend(0).abort();
  CHECK(rig.status(*client) == io::IoStatus::reset);
}

TEST_CASE("a backend that closes without an answer, or within its head, is a 502") {
  const std::string_view part = GENERATE("", "HTTP/1.1 2", "HTTP/1.1 103 Hints\r\n\r\n");
  HttpRig rig;
  auto client = rig.knock();
  rig.say(*client, get("/"));
  rig.hear(rig.backend(0));
  if (!part.empty()) rig.say(rig.backend(0), part);
  rig.pipes.connected[0].reset();
  rig.pipes.driver.settle();
  const std::string told = rig.hear(*client);
  CHECK(contains(told, "HTTP/1.1 502 "));
  CHECK(contains(told, "error=connection_terminated;"));
  CHECK(rig.pipes.connected.size() == 1);
  CHECK(rig.record(0).attempts.at(0).end == AttemptEnd::closed);
}

TEST_CASE("a request that met a kept connection's end is sent again, once, on a fresh one") {
  Warm rig;
  rig.say(*rig.client, get("/"));
  rig.pipes.connected[0].reset();  // it was on its way
  rig.pipes.driver.settle();
  CHECK(rig.hear(rig.backend(1)) == get("/"));
  CHECK(rig.proxy().counters().resent == 1);
  CHECK(rig.balance.state(0).failed == 0);  // the backend did nothing wrong
  CHECK(rig.balance.in_flight() == 1);
  SECTION("and answered") {
    rig.say(rig.backend(1), answer("x"));
    CHECK(rig.hear(*rig.client) == answer("x"));
    CHECK(rig.record(1).attempts.size() == 2);
    CHECK(rig.record(1).attempts[0].reused);
    CHECK_FALSE(rig.record(1).attempts[1].reused);
  }
  SECTION("or not answered: not a third time") {
    rig.pipes.connected[1].reset();
    rig.pipes.driver.settle();
    CHECK(is_told(rig.hear(*rig.client), "502", "connection_terminated"));
    CHECK(rig.pipes.connected.size() == 2);
  }
}

TEST_CASE("a request that is sent again waits for a fresh connection where its backend is full") {
  HttpRig rig;
  rig.options.clusters[0].pool.connections_max = 2;
  auto first = rig.knock();
  auto second = rig.knock();
  rig.say(*first, get("/1"));
  rig.say(*second, get("/2"));
  for (const std::size_t i : {0, 1}) rig.say(rig.backend(i), answer("x"));
  for (const std::size_t i : {0, 1}) rig.hear(rig.backend(i));
  rig.hear(*first);
  rig.hear(*second);
  auto third = rig.knock();
  rig.say(*first, get("/3"));  // both connections are in use
  rig.say(*second, get("/4"));
  rig.say(*third, get("/5"));  // who waits gets the place of the one that breaks
  rig.pipes.connected[0].reset();
  rig.pipes.driver.settle();
  REQUIRE(rig.pipes.connected.size() == 3);
  CHECK(rig.hear(rig.backend(2)) == get("/5"));
  rig.hear(rig.backend(1));
  rig.say(rig.backend(1), answer("4"));  // its connection is given back, and was used
  REQUIRE(rig.pipes.connected.size() == 4);
  CHECK(rig.hear(rig.backend(1)).empty());
  CHECK(rig.hear(rig.backend(3)).starts_with("GET /"));
  rig.say(rig.backend(3), answer("3"));
  rig.say(rig.backend(2), answer("5"));
  REQUIRE(rig.records.size() == 5);
  for (const KeptRecord& kept : rig.records) {
    CHECK(kept.record.end == RequestEnd::complete);
    if (kept.attempts.size() == 2) CHECK_FALSE(kept.attempts[1].reused);
  }
}

TEST_CASE("a request that is not idempotent, or has a body, or was begun, is never sent again") {
  Warm rig;
  const int which = GENERATE(range(0, 4));
  if (which == 0) rig.say(*rig.client, "POST" + get("/").substr(3));
  if (which == 1) rig.say(*rig.client, "PUT" + post("/", "body").substr(4));
  if (which >= 2) rig.say(*rig.client, get("/"));
  rig.hear(rig.backend(0));
  if (which == 2) rig.say(rig.backend(0), "H");
  if (which == 3) rig.say(rig.backend(0), "HTTP/1.1 102 Processing\r\n\r\n");
  rig.pipes.connected[0].reset();
  rig.pipes.driver.settle();
  CHECK(contains(rig.hear(*rig.client), "HTTP/1.1 502 "));
  CHECK(rig.pipes.connected.size() == 1);
  CHECK(rig.proxy().counters().resent == 0);
}

TEST_CASE("a request that failed over may still be sent again once") {
  HttpRig rig(2);
  auto first = rig.knock();
  auto second = rig.knock();
  rig.say(*first, get("/1"));
  rig.say(*second, get("/2"));
  for (const std::size_t i : {0, 1}) rig.say(rig.backend(i), answer("x"));
  rig.hear(*first);
  rig.hear(*second);
  rig.pipes.connected[0].reset();  // noticed: the next connect to it is refused
  rig.pipes.driver.settle();
  rig.pipes.broken[1] = ErrorCode::refused;
  rig.say(*first, get("/3"));
  rig.pipes.connected[1].reset();
  rig.pipes.driver.settle();
  REQUIRE(rig.pipes.connected.size() == 3);
  CHECK(rig.hear(rig.backend(2)) == get("/3"));
  rig.say(rig.backend(2), answer("3"));
  CHECK(rig.hear(*first) == answer("3"));
}

TEST_CASE("bytes that nobody asked for on an idle connection reach nobody") {
  Warm rig;
  rig.say(rig.backend(0), answer("poison"));
  rig.say(*rig.client, get("/"));
  rig.say(rig.backend(1), answer("right"));
  CHECK(rig.hear(*rig.client) == answer("right"));
  CHECK(rig.proxy().pool(0).counters().dropped == 1);
}

TEST_CASE("bytes behind an answer are not the next one's") {
  HttpRig rig;
  auto client = rig.knock();
  rig.say(*client, get("/1") + get("/2"));
  rig.say(rig.backend(0), answer("1") + answer("poison"));
  CHECK(rig.hear(*client) == answer("1"));
  CHECK(rig.hear(rig.backend(1)) == get("/2"));
  rig.say(rig.backend(1), answer("2"));
  CHECK(rig.hear(*client) == answer("2"));
}

TEST_CASE("a full backend's requests wait in a queue that has a limit and a timeout") {
  HttpRig rig;
  rig.options.clusters[0].pool.connections_max = 1;
  rig.options.clusters[0].pool.queue_max = 2;
  rig.options.clusters.front().timeouts.queue = 5s;
  std::vector<std::unique_ptr<io::Stream>> clients;
  for (const std::string_view path : {"/0", "/1", "/2", "/3"}) {
    clients.push_back(rig.knock());
    rig.say(*clients.back(), post(path, path));
  }
  CHECK(is_told(rig.hear(*clients[3]), "503", "connection_limit_reached"));
  CHECK(rig.hear(rig.backend(0)) == post("/0", "/0"));
  rig.say(rig.backend(0), answer("0"));
  CHECK(rig.hear(rig.backend(0)) == post("/1", "/1"));
  rig.pipes.driver.advance(5s);
  CHECK(is_told(rig.hear(*clients[2]), "503", "connection_limit_reached"));
  CHECK(rig.balance.state(0).failed == 0);
  rig.say(rig.backend(0), answer("1"));
  CHECK(rig.hear(*clients[1]) == answer("1"));
  CHECK(rig.pipes.connected.size() == 1);
  CHECK(rig.at_rest());
}

TEST_CASE("a client that has gone while it waited for a connection costs its backend nothing") {
  HttpRig rig;
  rig.options.clusters[0].pool.connections_max = 1;
  auto first = rig.knock();
  auto second = rig.knock();
  rig.say(*first, get("/1"));
  rig.say(*second, get("/2"));
  second->abort();
  rig.pipes.driver.settle();
  rig.hear(rig.backend(0));
  rig.say(rig.backend(0), answer("1"));
  CHECK(rig.hear(rig.backend(0)).empty());
  CHECK(rig.pipes.connected.size() == 1);
  CHECK(rig.records.back().record.end == RequestEnd::client_gone);
  CHECK(rig.at_rest());
}
