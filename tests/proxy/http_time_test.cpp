// Deadlines and bounds of an exchange: who is too slow is who is blamed.

#include <catch2/catch.hpp>

#include "proxy/http_model.hpp"
#include "proxy/http_rig.hpp"

using namespace std::chrono_literals;
using namespace weir;
using namespace weir::proxy;
using namespace weir::test;

namespace {

const std::string kChunkedAnswer = answer_head("200 OK", "Transfer-Encoding: chunked\r\n");

std::string post_head(std::size_t length, std::string_view fields = "") {
  return "POST / HTTP/1.1\r\nHost: a.example\r\nContent-Length: " + std::to_string(length) +
         "\r\n" + std::string(fields) + "\r\n";
}

}  // namespace

TEST_CASE("a backend that does not begin its answer in time is a 504") {
  HttpRig rig;
  rig.options.clusters.front().timeouts.first_byte = 20s;
  auto client = rig.knock();
  rig.say(*client, get("/"));
  rig.pipes.driver.advance(10s);
  rig.say(rig.backend(0), "HTTP/1.1 2");  // a begun head does not help
  rig.pipes.driver.advance(9s);
  CHECK(rig.hear(*client).empty());
  rig.pipes.driver.advance(1s);
  const std::string told = rig.hear(*client);
  CHECK(told.starts_with("HTTP/1.1 504 "));
  CHECK(contains(told, "error=http_response_timeout;"));
  CHECK_FALSE(contains(told, "Connection: close"));
  rig.hear(rig.backend(0));
  CHECK(rig.status(rig.backend(0)) == io::IoStatus::reset);
  CHECK(rig.record(0).attempts.at(0).end == AttemptEnd::first_byte_timeout);
  CHECK(rig.balance.state(0).failed == 1);
}

TEST_CASE("the first byte is waited for from the request's end on") {
  HttpRig rig;
  rig.options.clusters.front().timeouts.first_byte = 20s;
  rig.options.body_rate.grace = 1h;
  auto client = rig.knock();
  rig.say(*client, post_head(2) + "a");
  rig.pipes.driver.advance(25s);
  rig.say(*client, "b");
  rig.pipes.driver.advance(19s);
  CHECK(rig.hear(*client).empty());
  rig.pipes.driver.advance(1s);
  CHECK(rig.hear(*client).starts_with("HTTP/1.1 504 "));
}

TEST_CASE("an answer that stands still resets the client, and blames the backend") {
  HttpRig rig;
  rig.options.timeouts.body_idle = 10s;
  auto client = rig.knock();
  rig.say(*client, get("/"));
  rig.say(rig.backend(0), kChunkedAnswer + "1\r\na\r\n");
  rig.pipes.driver.advance(9s);
  rig.say(rig.backend(0), "1\r\nb\r\n");
  rig.pipes.driver.advance(9s);
  CHECK(rig.records.empty());
  rig.pipes.driver.advance(1s);
  REQUIRE(rig.records.size() == 1);
  CHECK(rig.record(0).record.end == RequestEnd::truncated);
  CHECK(rig.record(0).attempts.at(0).end == AttemptEnd::body_timeout);
  CHECK(rig.balance.state(0).failed == 1);
  rig.hear(*client);
  CHECK(rig.status(*client) == io::IoStatus::reset);
}

TEST_CASE("a client that stops sending its body gets a 408, and the backend no blame") {
  HttpRig rig;
  rig.options.timeouts.body_idle = 10s;
  rig.options.body_rate.bytes_per_second = 0;
  auto client = rig.knock();
  rig.say(*client, post_head(10) + "a");
  rig.pipes.driver.advance(9s);
  rig.say(*client, "b");
  rig.pipes.driver.advance(9s);
  CHECK(rig.records.empty());
  rig.pipes.driver.advance(1s);
  const std::string told = rig.hear(*client);
  CHECK(told.starts_with("HTTP/1.1 408 "));
  CHECK(contains(told, "Connection: close\r\n"));
  CHECK(rig.status(*client) == io::IoStatus::end);
  CHECK(rig.record(0).record.end == RequestEnd::client_timeout);
  CHECK(rig.record(0).record.status == 408);
  CHECK(rig.balance.state(0).failed == 0);
  rig.hear(rig.backend(0));
  CHECK(rig.status(rig.backend(0)) == io::IoStatus::reset);
}

TEST_CASE("a body must keep up a minimal rate, however regularly its bytes come") {
  HttpRig rig;
  rig.options.body_rate = {.bytes_per_second = 10, .grace = 5s};
  auto client = rig.knock();
  rig.say(*client, post_head(10000));
  for (int i = 0; i < 5; ++i) {  // twice as fast as it must
    rig.pipes.driver.advance(1s);
    rig.say(*client, std::string(20, 'x'));
  }
  for (int i = 0; i < 9; ++i) {
    rig.pipes.driver.advance(1s);
    rig.say(*client, "x");
  }
  CHECK(rig.records.empty());  // 109 bytes have earned 10 s, and there are 5 s of grace
  rig.pipes.driver.advance(2s);
  REQUIRE(rig.records.size() == 1);
  CHECK(rig.record(0).record.end == RequestEnd::client_timeout);
}

TEST_CASE("the rate of a body is not measured while its backend is connected or takes nothing") {
  HttpRig rig;
  rig.options.body_rate = {.bytes_per_second = 100, .grace = 2s};
  rig.options.timeouts.body_idle = 1h;
  SECTION("connected") {
    rig.pipes.connect_takes = 4s;
    auto client = rig.knock();
    rig.say(*client, post_head(2) + "a");
    rig.pipes.driver.advance(5s);
    rig.say(*client, "b");
    CHECK(rig.hear(rig.backend(0)) == post_head(2) + "ab");
    CHECK(rig.records.empty());
  }
  SECTION("takes nothing") {
    auto client = rig.knock();
    rig.say(*client, post_head(9000));
    for (int i = 0; i < 3; ++i) rig.say(*client, std::string(2000, 'x'));  // the pipe is full
    rig.pipes.driver.advance(200s);  // 6000 bytes have earned 60 s
    std::string all;
    for (int i = 0; i < 3; ++i) all += rig.hear(rig.backend(0));
    rig.pipes.driver.advance(10s);
    CHECK(rig.records.empty());
    rig.say(*client, std::string(3000, 'x'));
    all += rig.hear(rig.backend(0));
    CHECK(all.size() == post_head(9000).size() + 9000);
  }
}

TEST_CASE("a client that waits for 100 Continue is not blamed for its backend's silence") {
  HttpRig rig;
  rig.options.clusters.front().timeouts.first_byte = 60s;
  auto client = rig.knock();
  rig.say(*client, post_head(4, "Expect: 100-continue\r\n"));
  rig.pipes.driver.advance(59s);
  CHECK(rig.hear(*client).empty());
  SECTION("late is not never") {
    rig.say(rig.backend(0), "HTTP/1.1 100 Continue\r\n\r\n");
    CHECK(rig.hear(*client) == http::kContinue);
    rig.pipes.driver.advance(5s);
    rig.say(*client, "body");
    rig.say(rig.backend(0), answer("x"));
    CHECK(rig.hear(*client) == answer("x"));
  }
  SECTION("never is a 504") {
    rig.pipes.driver.advance(1s);
    CHECK(rig.hear(*client).starts_with("HTTP/1.1 504 "));
    CHECK(rig.record(0).attempts.at(0).end == AttemptEnd::first_byte_timeout);
  }
}

TEST_CASE("a client that does not read its answer is reset after the body timeout") {
  HttpRig rig;
  rig.options.timeouts.body_idle = 10s;
  auto client = rig.knock();
  rig.say(*client, get("/"));
  rig.say(rig.backend(0), answer_head("200 OK", "Content-Length: 100000\r\n"));
  for (int i = 0; i < 2; ++i) rig.say(rig.backend(0), std::string(PipeWorld::kPipeBytes, 'x'));
  rig.pipes.driver.advance(10s);
  REQUIRE(rig.records.size() == 1);
  CHECK(rig.record(0).record.end == RequestEnd::client_timeout);
  CHECK(rig.record(0).record.status == 200);
  CHECK(rig.balance.state(0).failed == 0);
  CHECK(rig.at_rest());
}

TEST_CASE("a client that does not read the end of a complete answer frees the backend at once") {
  HttpRig rig;
  rig.options.timeouts.body_idle = 10s;
  auto client = rig.knock();
  rig.say(*client, get("/1"));
  rig.say(rig.backend(0), answer_head("200 OK", "Content-Length: 6000\r\n"));
  rig.say(rig.backend(0), std::string(3000, 'x'));
  rig.say(rig.backend(0), std::string(3000, 'x'));
  CHECK(rig.balance.in_flight() == 0);
  CHECK(rig.proxy().pool(0).idle() == 1);
  SECTION("a slow one gets all of it") {
    rig.pipes.driver.advance(9s);
    CHECK(rig.hear(*client).size() ==
          answer_head("200 OK", "Content-Length: 6000\r\n").size() + 6000);
    rig.say(*client, get("/2"));
    rig.hear(rig.backend(0));
    rig.say(rig.backend(0), answer("2"));
    CHECK(rig.hear(*client) == answer("2"));
  }
  SECTION("one that never reads is reset") {
    rig.pipes.driver.advance(10s);
    CHECK(rig.proxy().open_sessions() == 0);
    rig.hear(*client);
    CHECK(rig.status(*client) == io::IoStatus::reset);
  }
  CHECK(rig.at_rest());
}

TEST_CASE("an answer must be taken at a minimal rate, however regularly its bytes go") {
  const bool complete = GENERATE(true, false);  // is it wholly read from the backend?
  CAPTURE(complete);
  HttpRig rig;
  rig.options.timeouts.body_idle = 10s;
  rig.options.body_rate = {.bytes_per_second = 100, .grace = 10s};
  auto client = rig.knock();
  rig.say(*client, get("/"));
  const std::string head = answer_head(
      "200 OK", std::string("Content-Length: ") + (complete ? "6000" : "60000") + "\r\n");
  rig.say(rig.backend(0), head + std::string(3000, 'x'));
  rig.say(rig.backend(0), std::string(3000, 'x'));
  const std::size_t waits = head.size() + 6000;  // what is in the pipe included: it earns 60 s
  REQUIRE(waits / 100 == 60);
  std::byte one;
  const auto take_one = [&] {
    rig.pipes.driver.advance(1s);
    return client->try_read(std::span(&one, 1)).status;
  };
  SECTION("not kept, it ends in a reset") {
    for (int i = 0; i < 68; ++i) CHECK(take_one() == io::IoStatus::ok);
    CHECK(rig.proxy().open_sessions() == 1);
    rig.pipes.driver.advance(2s);
    CHECK(rig.proxy().open_sessions() == 0);
    rig.hear(*client);
    CHECK(rig.status(*client) == io::IoStatus::reset);
    const RequestEnd end = rig.record(0).record.end;
    CHECK(end == (complete ? RequestEnd::complete : RequestEnd::client_timeout));
    CHECK(rig.balance.state(0).failed == 0);
  }
  SECTION("kept, it may take as long as it takes") {
    for (int i = 0; i < 20; ++i) take_one();
    rig.hear(*client);  // what waited is taken
    rig.pipes.driver.advance(5s);
    if (!complete) rig.say(rig.backend(0), std::string(1000, 'x'));
    for (int i = 0; i < 15; ++i) {
      rig.pipes.driver.advance(1s);
      if (!complete) rig.say(rig.backend(0), "x");
    }
    CHECK(rig.proxy().open_sessions() == 1);
  }
}

TEST_CASE("a client that keeps taking its answer is kept, though something of it always waits") {
  HttpRig rig;
  rig.options.body_rate = {.bytes_per_second = 200, .grace = 3s};
  auto client = rig.knock();
  rig.say(*client, get("/"));
  Wire from(rig.backend(0));
  from.outbox = kChunkedAnswer;
  for (int i = 0; i < 300; ++i) from.outbox += "c8\r\n" + std::string(200, 'x') + "\r\n";
  Wire to(*client);
  for (int i = 0; i < 120; ++i) {
    from.pump(PipeWorld::kPipeBytes);
    rig.pipes.driver.advance(1s);
    to.pump(300);
    rig.pipes.driver.settle();
  }
  CHECK(to.inbox.size() == 36'000);
  CHECK(rig.proxy().open_sessions() == 1);
}

TEST_CASE("a client that keeps taking answers of the proxy's own is kept likewise") {
  HttpRig rig;
  rig.options.body_rate = {.bytes_per_second = 100, .grace = 2s};
  auto client = rig.knock();
  std::string asked;
  for (int i = 0; i < 60; ++i) asked += "GET / HTTP/1.1\r\nHost: b.example\r\n\r\n";
  rig.say(*client, asked);
  Wire to(*client);
  for (int i = 0; i < 30; ++i) {
    rig.pipes.driver.advance(1s);
    to.pump(300);
    rig.pipes.driver.settle();
  }
  CHECK(to.inbox.size() == 9000);
  CHECK(rig.proxy().open_sessions() == 1);
}

TEST_CASE("a slow reader slows its writer: little is held in between") {
  const bool up = GENERATE(true, false);
  HttpRig rig;
  auto client = rig.knock();
  rig.say(*client, up ? post_head(1'000'000) : get("/"));
  if (!up) rig.say(rig.backend(0), answer_head("200 OK", "Content-Length: 1000000\r\n"));
  io::Stream& writer = up ? *client : rig.backend(0);
  const std::string some(PipeWorld::kPipeBytes, 'x');
  std::size_t taken = 0;
  for (int i = 0; i < 100; ++i) {
    const ConstBytes bytes = as_bytes(some);
    taken += writer.try_write(std::span(&bytes, 1)).bytes;
    rig.pipes.driver.settle();
  }
  CHECK(taken <= 4 * PipeWorld::kPipeBytes);
  CHECK(rig.pipes.world.buffers.borrowed() <= 1);
  client->abort();
  CHECK(rig.at_rest());
}

TEST_CASE("what is sent behind a body that its backend takes slowly costs no work meanwhile") {
  HttpRig rig;
  auto client = rig.knock();
  rig.say(*client, post_head(7000) + std::string(3000, 'x'));
  rig.say(*client, std::string(4000, 'x'));  // the backend's pipe is full, some is queued
  rig.say(*client, get("/next"));
  write_now(*client, get("/third"));
  CHECK(rig.pipes.driver.settle() < 10);
  std::string all = rig.hear(rig.backend(0));
  CHECK(all.size() == post_head(7000).size() + 7000);
  rig.say(rig.backend(0), answer("x"));
  CHECK(rig.hear(rig.backend(0)) == get("/next"));
  rig.say(rig.backend(0), answer("y"));
  CHECK(rig.hear(rig.backend(0)) == get("/third"));
  CHECK(rig.hear(*client) == answer("x") + answer("y"));
}

TEST_CASE("an idle connection, and one that waits for its answer, hold no buffer") {
  HttpRig rig;
  auto client = rig.knock();
  rig.say(*client, get("/"));
  CHECK(rig.pipes.world.buffers.borrowed() == 0);
  rig.say(rig.backend(0), answer("x"));
  CHECK(rig.at_rest());
}

TEST_CASE("interim answers that a client does not read do not pile up") {
  HttpRig rig;
  rig.options.clusters.front().timeouts.first_byte = 10s;
  auto client = rig.knock();
  rig.say(*client, get("/"));
  const std::string hints = "HTTP/1.1 103 Hints\r\nX: " + std::string(3000, 'x') + "\r\n\r\n";
  std::size_t taken = 0;
  for (int i = 0; i < 10; ++i) {
    const ConstBytes bytes = as_bytes(hints);
    taken += rig.backend(0).try_write(std::span(&bytes, 1)).bytes;
    rig.pipes.driver.settle();
  }
  CHECK(taken < 4 * PipeWorld::kPipeBytes);
  rig.pipes.driver.advance(10s);
  CHECK(rig.record(0).record.end == RequestEnd::client_timeout);
}
