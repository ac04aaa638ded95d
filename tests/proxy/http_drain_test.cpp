// Draining an HTTP proxy: nothing that was begun is cut off, and nothing new is begun.

#include <catch2/catch.hpp>

#include "proxy/http_rig.hpp"

using namespace std::chrono_literals;
using namespace weir;
using namespace weir::proxy;
using namespace weir::test;

namespace {

void drain(HttpRig& rig) {
  rig.proxy().drain();
  rig.pipes.driver.advance(Duration(0));
}

}  // namespace

TEST_CASE("a drain ends idle connections at once, new or used") {
  HttpRig rig;
  auto used = rig.knock();
  rig.say(*used, get("/"));
  rig.say(rig.backend(0), answer("x"));
  rig.hear(*used);
  auto fresh = rig.knock();
  drain(rig);
  CHECK(rig.status(*used) == io::IoStatus::end);
  CHECK(rig.status(*fresh) == io::IoStatus::end);
  used.reset();
  fresh.reset();
  rig.pipes.driver.settle();
  CHECK(rig.ended());
  CHECK(rig.status(rig.backend(0)) == io::IoStatus::ok);
  rig.hear(rig.backend(0));
  CHECK(rig.status(rig.backend(0)) == io::IoStatus::end);
}

TEST_CASE("a request that is being answered when the drain begins ends as the last one") {
  HttpRig rig;
  auto client = rig.knock();
  rig.say(*client, get("/"));
  drain(rig);
  CHECK_FALSE(rig.ended());
  rig.say(rig.backend(0), answer("x"));
  CHECK(contains(rig.hear(*client), "Connection: close\r\n"));
  CHECK(rig.status(*client) == io::IoStatus::end);
  client.reset();
  rig.pipes.driver.settle();
  CHECK(rig.ended());
  CHECK(rig.record(0).record.end == RequestEnd::complete);
}

TEST_CASE("a connection whose answer had begun before the drain ends behind it") {
  HttpRig rig;
  auto client = rig.knock();
  rig.say(*client, get("/"));
  const std::string whole = answer("0123456789");
  rig.say(rig.backend(0), whole.substr(0, whole.size() - 5));
  drain(rig);
  rig.say(rig.backend(0), whole.substr(whole.size() - 5));
  CHECK(rig.hear(*client) == whole);
  rig.pipes.driver.advance(Duration(0));
  CHECK(rig.status(*client) == io::IoStatus::end);
  client.reset();
  rig.pipes.driver.settle();
  CHECK(rig.ended());
}

TEST_CASE("answers of the proxy's own say in a drain that they are the last") {
  HttpRig rig;
  auto client = rig.knock();
  SECTION("for want of a route") {
    rig.say(*client, "GET / HTTP/1.1\r\n");
    drain(rig);
    rig.say(*client, "Host: b.example\r\n\r\n");
  }
  SECTION("for want of an answer") {
    rig.say(*client, get("/"));
    drain(rig);
    rig.hear(rig.backend(0));
    rig.backend(0).shutdown_write();
  }
  const std::string told = rig.hear(*client);
  CHECK((told.starts_with("HTTP/1.1 404 ") || told.starts_with("HTTP/1.1 502 ")));
  CHECK(contains(told, "Connection: close\r\n"));
  CHECK(rig.status(*client) == io::IoStatus::end);
}

TEST_CASE("a backend's connection is not kept once a drain has begun") {
  HttpRig rig;
  auto first = rig.knock();
  auto second = rig.knock();
  rig.say(*first, get("/1"));
  rig.say(*second, get("/2"));
  drain(rig);
  rig.hear(rig.backend(0));
  rig.say(rig.backend(0), answer("1"));
  CHECK(rig.status(rig.backend(0)) == io::IoStatus::end);
  CHECK(rig.proxy().open_sessions() == 2);  // the first one lingers
  CHECK(rig.proxy().pool(0).open(0) == 1);
}

TEST_CASE("a head of which something has come is still served in a drain") {
  HttpRig rig;
  auto client = rig.knock();
  rig.say(*client, get("/").substr(0, 10));
  drain(rig);
  rig.say(*client, get("/").substr(10));
  rig.say(rig.backend(0), answer("x"));
  CHECK(contains(rig.hear(*client), "Connection: close\r\n"));
}

TEST_CASE("who has knocked and asked before the drain is served") {
  HttpRig rig;
  rig.proxy();
  auto client = rig.pipes.knock();
  write_now(*client, get("/"));
  drain(rig);
  rig.say(rig.backend(0), answer("x"));
  CHECK(contains(rig.hear(*client), "200 OK"));
}

TEST_CASE("pipelined requests after the one that closes in a drain are not begun") {
  HttpRig rig;
  auto client = rig.knock();
  rig.say(*client, get("/1") + get("/2"));
  drain(rig);
  rig.say(rig.backend(0), answer("1"));
  CHECK(contains(rig.hear(*client), "Connection: close\r\n"));
  CHECK(rig.hear(rig.backend(0)) == get("/1"));
}

TEST_CASE("what is still open at the drain's deadline is reset, client and backend") {
  HttpRig rig;
  rig.options.drain_timeout = 30s;
  auto client = rig.knock();
  rig.say(*client, get("/"));
  drain(rig);
  rig.pipes.driver.advance(29s);
  CHECK_FALSE(rig.ended());
  rig.pipes.driver.advance(1s);
  CHECK(rig.ended());
  CHECK(rig.status(*client) == io::IoStatus::reset);
  rig.hear(rig.backend(0));
  CHECK(rig.status(rig.backend(0)) == io::IoStatus::reset);
  CHECK(rig.record(0).record.end == RequestEnd::cancelled);
  CHECK(rig.record(0).attempts.at(0).end == AttemptEnd::cancelled);
  CHECK(rig.at_rest());
}

TEST_CASE("an HTTP proxy does not accept more than its limit until a session has ended") {
  HttpRig rig;
  rig.options.connections_max = 2;
  auto first = rig.knock();
  auto second = rig.knock();
  auto third = rig.knock();
  rig.say(*third, get("/"));
  CHECK(rig.proxy().open_sessions() == 2);
  CHECK(rig.pipes.tried.empty());
  first->abort();
  rig.pipes.driver.settle();
  CHECK(rig.pipes.tried.size() == 1);
  CHECK(rig.proxy().counters().open_max == 2);
}

TEST_CASE("a proxy without file descriptors pauses, says so, and goes on") {
  HttpRig rig;
  rig.proxy();
  rig.pipes.no_descriptors(true);
  auto client = rig.knock();
  rig.pipes.driver.advance(250ms);
  CHECK(rig.proxy().counters().accept_pauses == 3);
  CHECK(rig.pipes.logged.size() == 3);
  rig.pipes.no_descriptors(false);
  rig.pipes.driver.advance(100ms);
  CHECK(rig.proxy().open_sessions() == 1);
}
