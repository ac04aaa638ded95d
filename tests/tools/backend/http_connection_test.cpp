#include "backend/http_connection.hpp"

#include <catch2/catch.hpp>

#include "fixture.hpp"

namespace weir::backend {
namespace {

using namespace std::chrono_literals;
using Catch::Contains;
using Catch::EndsWith;
using Catch::StartsWith;
using test::Backend;
using test::body_of;
using test::Client;
using test::get;

std::string pattern(std::uint64_t length) {
  std::string text;
  for (std::uint64_t i = 0; i < length; ++i) text += static_cast<char>(pattern_byte(i));
  return text;
}

std::string post(const std::string& target, const std::string& body,
                 const std::string& fields = "") {
  return "POST " + target + " HTTP/1.1\r\nHost: x\r\n" + fields +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

TEST_CASE("a request is answered and the connection kept", "[backend]") {
  Backend backend;
  Client client(backend);
  const std::string expected =
      "HTTP/1.1 200 OK\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\nX-Backend: red\r\n"
      "Content-Type: text/plain\r\nContent-Length: 15\r\n\r\nhello from red\n";
  CHECK(client.exchange(get("/")) == expected);
  CHECK(client.exchange(get("/")) == expected);
  CHECK_FALSE(client.ended());
  client.end();
  CHECK(client.ended());
  CHECK(client.receive().empty());
  CHECK(client.status() == io::IoStatus::end);
}

TEST_CASE("a request costs one read, one write, no allocation and no timer", "[backend]") {
  Backend backend;
  Client client(backend);
  const std::string request = get("/");
  for (int i = 0; i < 3; ++i) client.exchange(request);
  const std::size_t operations = client.served().operations();
  const std::size_t allocations = test::allocations();
  client.send(request);
  CHECK(test::allocations() == allocations);
  CHECK(client.served().operations() == operations + 2);
  CHECK(backend.driver.timers.size() == 1);
  CHECK(backend.buffers.borrowed() == 0);
  client.receive();
}

TEST_CASE("pipelined requests are answered in order, with one write", "[backend]") {
  Backend backend;
  Client client(backend);
  client.exchange(get("/"));
  const std::size_t operations = client.served().operations();
  const std::string answers =
      client.exchange(get("/status/404") + post("/", "body") + get("/bytes/3") + get("/healthz"));
  CHECK(client.served().operations() == operations + 2);
  const std::size_t first = answers.find("404 Not Found\n");
  const std::size_t second = answers.find("hello from red\n");
  const std::size_t third = answers.find("\r\n\r\nwei");
  const std::size_t fourth = answers.find("ok\n");
  CHECK((first < second && second < third && third < fourth && fourth < answers.size()));
}

TEST_CASE("many pipelined requests are answered to a client that reads slowly", "[backend]") {
  Backend backend;
  Client client(backend, 4 << 20);
  std::string requests;
  for (int i = 0; i < 5000; ++i) requests += get("/status/" + std::to_string(200 + i % 4));
  Client slow(backend, requests.size());
  slow.send(requests);
  std::string answers;
  for (std::string some = slow.receive(1000); !some.empty(); some = slow.receive(1000)) {
    answers += some;
  }
  std::size_t at = 0;
  for (int i = 0; i < 5000; ++i) {
    at = answers.find("HTTP/1.1 " + std::to_string(200 + i % 4), at);
    REQUIRE(at != std::string::npos);
    ++at;
  }
  CHECK(answers.find("HTTP/1.1", at) == std::string::npos);
}

TEST_CASE("an HTTP/1.0 request and a request to close end the connection", "[backend]") {
  Backend backend;
  Client old(backend);
  CHECK_THAT(old.exchange("GET / HTTP/1.0\r\n\r\n"),
             Contains("Connection: close\r\n") && EndsWith("hello from red\n"));
  CHECK(old.status() == io::IoStatus::end);
  CHECK(old.ended());
  Client closing(backend);
  CHECK_THAT(closing.exchange("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"),
             Contains("Connection: close\r\n"));
  CHECK(closing.ended());
}

TEST_CASE("a HEAD request gets the head of the answer only", "[backend]") {
  Backend backend;
  Client client(backend);
  for (const char* target : {"/", "/bytes/1000000", "/bytes/1000000?chunked=1", "/nothing"}) {
    const std::string head = "HEAD " + std::string(target) + " HTTP/1.1\r\nHost: x\r\n\r\n";
    CHECK(body_of(client.exchange(head)).empty());
  }
  CHECK_THAT(client.exchange("HEAD /bytes/9999 HTTP/1.1\r\nHost: x\r\n\r\n"),
             Contains("Content-Length: 9999\r\n"));
}

TEST_CASE("bytes of every size come whole through pipes of every size", "[backend]") {
  for (const std::size_t capacity : {100UL, 65536UL, 4UL << 20}) {
    for (const std::uint64_t length : {0ULL, 1ULL, 8192ULL, 8193ULL, 3'000'000ULL}) {
      INFO("capacity " << capacity << ", length " << length);
      Backend backend;
      Client client(backend, capacity);
      client.send(get("/bytes/" + std::to_string(length)));
      CHECK(body_of(client.receive()) == pattern(length));
      client.send(get("/bytes/" + std::to_string(length) + "?chunked=1"));
      CHECK(test::dechunked(body_of(client.receive())) == pattern(length));
      CHECK_THAT(client.exchange(get("/")), EndsWith("hello from red\n"));
      CHECK(backend.buffers.borrowed() == 0);
    }
  }
}

TEST_CASE("an echo sends the body back as it arrives", "[backend]") {
  const std::string body = pattern(500'000);
  for (const std::size_t capacity : {1000UL, 4UL << 20}) {
    INFO("capacity " << capacity);
    Backend backend;
    Client client(backend, capacity);
    std::string rest = post("/echo", body) + get("/");
    std::string answers;
    while (!rest.empty()) {
      const std::size_t size = std::min<std::size_t>(rest.size(), 900);
      client.send(rest.substr(0, size));
      rest.erase(0, size);
      answers += client.receive();
    }
    CHECK(body_of(answers).substr(0, body.size()) == body);
    CHECK_THAT(answers, EndsWith("hello from red\n"));
  }
}

TEST_CASE("an echo holds back a client that does not read", "[backend]") {
  Backend backend;
  Client client(backend, 10'000);
  client.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n");
  const std::string some(1000, 'x');
  const ConstBytes piece = as_bytes(some);
  std::size_t sent = 0;
  while (sent < 1'000'000) {
    const io::IoResult result = client.stream().try_write(std::span(&piece, 1));
    if (result.status == io::IoStatus::would_block) break;
    sent += result.bytes;
    backend.driver.settle();
  }
  CHECK(sent < 100'000);
}

TEST_CASE("a chunked echo keeps its bytes and gets its own chunks", "[backend]") {
  Backend backend;
  Client client(backend);
  const std::string head = "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
  const std::string answer = client.exchange(head + "3\r\nabc\r\n10;x=y\r\n0123456789abcdef\r\n");
  CHECK_THAT(answer, Contains("Transfer-Encoding: chunked\r\n"));
  const std::string end = client.exchange("0\r\nTrailer: x\r\n\r\n");
  CHECK(test::dechunked(body_of(answer) + end) == "abc0123456789abcdef");
  CHECK(test::dechunked(body_of(client.exchange(head + "0\r\n\r\n"))).empty());
  CHECK(body_of(client.exchange(post("/echo", ""))).empty());
}

TEST_CASE("a client that expects 100 is told to continue", "[backend]") {
  Backend backend;
  Client client(backend);
  const std::string expect = "Expect: 100-continue\r\n";
  client.send("POST / HTTP/1.1\r\nHost: x\r\n" + expect + "Content-Length: 4\r\n\r\n");
  CHECK(client.receive() == "HTTP/1.1 100 Continue\r\n\r\n");
  CHECK_THAT(client.exchange("body"), StartsWith("HTTP/1.1 200"));
  CHECK_THAT(client.exchange(post("/echo", "body", expect)),
             StartsWith("HTTP/1.1 100") && Contains("HTTP/1.1 200") && EndsWith("body"));
}

TEST_CASE("what cannot be parsed is answered and ends the connection", "[backend]") {
  Backend backend;
  Client client(backend);
  CHECK_THAT(client.exchange(get("/") + "nonsense\r\n\r\n" + get("/")),
             Contains("200 OK") && Contains("400 Bad Request") && Contains("Connection: close"));
  CHECK(client.status() == io::IoStatus::end);
  CHECK_FALSE(client.ended());  // it lingers, so that the answer is not lost to a reset
  backend.driver.advance(3s);
  CHECK(client.ended());
}

TEST_CASE("latency delays answers one by one and keeps their order", "[backend]") {
  SiteOptions options = test::red();
  options.settings.latency = 50ms;
  Backend backend(options);
  Client client(backend);
  client.send(get("/status/201") + get("/status/202"));
  backend.driver.advance(49ms);
  CHECK(client.receive().empty());
  backend.driver.advance(1ms);
  CHECK_THAT(client.receive(), Contains("201") && !Contains("202"));
  backend.driver.advance(50ms);
  CHECK_THAT(client.receive(), Contains("202"));
  CHECK_THAT(client.exchange(get("/healthz")), EndsWith("ok\n"));
  client.send(get("/slow?ms=100"));
  backend.driver.advance(149ms);
  CHECK(client.receive().empty());
  backend.driver.advance(1ms);
  CHECK_THAT(client.receive(), EndsWith("hello from red\n"));
}

TEST_CASE("connections that wait do not mix up their bytes", "[backend]") {
  for (const Duration latency : {Duration(0ms), Duration(10ms)}) {
    SiteOptions options = test::red();
    options.settings.latency = latency;
    Backend backend(options);
    Client a(backend, 2000);
    Client b(backend, 2000);
    a.send(get("/bytes/20000") + get("/status/201"));
    b.send(post("/echo", "bbbb") + get("/status/202"));
    std::string from_a;
    std::string from_b;
    for (int turn = 0; turn < 60; ++turn) {
      backend.driver.advance(5ms);
      from_a += a.receive(500);
      from_b += b.receive(500);
    }
    CHECK(body_of(from_a).substr(0, 20000) == pattern(20000));
    CHECK_THAT(body_of(from_a).substr(20000), EndsWith("201 Created\n"));
    CHECK_THAT(from_b, Contains("\r\n\r\nbbbbHTTP/1.1 202"));
    CHECK(backend.buffers.borrowed() == 0);
  }
}

TEST_CASE("a reset or an early end comes in the middle of the answer", "[backend]") {
  const std::string chunked =
      "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\n\r\n";
  const std::vector<std::string> requests = {
      get("/"), get("/bytes/100000"), get("/bytes/100000?chunked=1"), get("/bytes/0?chunked=1"),
      chunked,  get("/status/204"),   post("/echo", "0123456789")};
  for (const char* setting : {"reset-rate=1", "close-early=1"}) {
    for (const std::string& request : requests) {
      INFO(setting << " " << request);
      Backend backend;
      Client whole(backend);
      const std::size_t full_size = whole.exchange(request).size();
      backend.site.board().change(setting);
      Client client(backend);
      const std::string answer = client.exchange(request);
      CHECK(!answer.empty());
      CHECK(answer.size() < full_size);
      const bool resets = std::string(setting) == "reset-rate=1";
      CHECK(client.status() == (resets ? io::IoStatus::reset : io::IoStatus::end));
      client.end();
      CHECK(client.ended());
    }
  }
}

TEST_CASE("an early end stays an end to a client that goes on sending", "[backend]") {
  SiteOptions options = test::red();
  options.settings.close_early_rate = {1, 1};
  Backend backend(options);
  Client client(backend);
  const std::string part(1000, 'x');
  client.exchange("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n" + part);
  client.send(part);
  CHECK_FALSE(client.ended());
  CHECK(client.receive().empty());
  CHECK(client.status() == io::IoStatus::end);
  client.close();
  CHECK(client.ended());
}

TEST_CASE("an echo that is to fail is answered once, and its body passed over", "[backend]") {
  SiteOptions options = test::red();
  options.settings.fail_rate = {1, 1};
  Backend backend(options);
  Client client(backend);
  const std::string answers = client.exchange(post("/echo", "body") + get("/healthz"));
  CHECK_THAT(answers, StartsWith("HTTP/1.1 500") && EndsWith("\r\n\r\nok\n"));
  const std::size_t failure = answers.find("injected failure\n");
  CHECK(answers.substr(failure).starts_with("injected failure\nHTTP/1.1 200"));
  const std::string broken =
      "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nnonsense";
  CHECK_THAT(client.exchange(broken), EndsWith("injected failure\n"));
  CHECK(client.status() == io::IoStatus::end);
}

TEST_CASE("a hanging backend reads on and never answers, but for control", "[backend]") {
  Backend backend;
  Client client(backend);
  Client control(backend);
  CHECK_THAT(control.exchange("PUT /control?hang=1 HTTP/1.1\r\nHost: x\r\n\r\n"),
             Contains("\"hang\": true"));
  CHECK(client.exchange(get("/status/200") + get("/")).empty());
  CHECK(client.exchange(get("/")).empty());
  backend.driver.advance(1min);
  CHECK_FALSE(client.ended());
  CHECK_THAT(control.exchange(get("/healthz")), EndsWith("ok\n"));
  CHECK_THAT(control.exchange(get("/stats")), Contains("\"hung\": 1"));
  client.end();
  CHECK(client.ended());
}

TEST_CASE("control shows, changes and refuses", "[backend]") {
  Backend backend;
  Client client(backend);
  CHECK_THAT(client.exchange(get("/control")),
             Contains("application/json") && Contains("\"latency\": \"0s\""));
  CHECK_THAT(client.exchange(post("/control?latency=5ms&fail-rate=1%2F2", "")),
             Contains("\"latency\": \"5ms\"") && Contains("\"fail-rate\": \"1/2\""));
  CHECK_THAT(client.exchange(post("/control?healthy=0&nonsense=1", "")),
             StartsWith("HTTP/1.1 400") && Contains("nonsense") && Contains("hang-health"));
  CHECK(backend.worker.settings().healthy);
  CHECK_THAT(client.exchange(post("/control?healthy=0", "ignored body")), Contains("200 OK"));
  CHECK_THAT(client.exchange(get("/healthz")), StartsWith("HTTP/1.1 503"));
}

TEST_CASE("stats count what was asked and answered", "[backend]") {
  Backend backend;
  Client client(backend);
  client.exchange(get("/") + get("/status/404") + get("/status/503") + get("/status/302"));
  Client(backend).exchange("nonsense\r\n\r\n");
  CHECK_THAT(client.exchange(get("/stats")),
             Contains("{\"name\": \"red\", \"workers\": 1, \"open\": ") &&
                 Contains("\"accepted\": 2") &&
                 Contains("\"requests\": 5, \"2xx\": 1, \"3xx\": 1, "
                          "\"4xx\": 2, \"5xx\": 1, \"refused\": 1"));
}

TEST_CASE("an idle connection is ended, a client that does not read is reset", "[backend]") {
  SiteOptions options = test::red();
  options.idle_timeout = 10s;
  Backend backend(options);
  Client idle(backend);
  backend.driver.advance(9s);
  idle.exchange(get("/"));
  backend.driver.advance(9s);
  CHECK_FALSE(idle.ended());
  Client stuck(backend, 1000);
  stuck.send(get("/bytes/100000"));
  backend.driver.advance(2s);
  CHECK(idle.ended());
  CHECK(idle.receive().empty());
  CHECK(idle.status() == io::IoStatus::end);
  backend.driver.advance(9s);
  CHECK(stuck.ended());
  stuck.receive();
  CHECK(stuck.status() == io::IoStatus::reset);
  Client slow(backend);
  slow.send(get("/slow?ms=60000"));
  backend.driver.advance(60s);
  CHECK_THAT(slow.receive(), EndsWith("hello from red\n"));
  CHECK_THAT(slow.exchange(get("/healthz")), EndsWith("ok\n"));
}

}  // namespace
}  // namespace weir::backend
