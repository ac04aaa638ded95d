#include "backend/answer.hpp"

#include <catch2/catch.hpp>

#include "support/seed.hpp"

namespace weir::backend {
namespace {

using namespace std::chrono_literals;

Request a_request(Method method, std::string_view target) {
  Request request;
  request.method = method;
  request.target = target;
  request.keep_alive = true;
  return request;
}

Answer answer_to(std::string_view target, const Settings& settings = {},
                 Method method = Method::get) {
  static Random random(StreamKey{test::seed(), "answers", 0});
  const Request request = a_request(method, target);
  return plan(request, find_route(method, target), settings, "hello\n", random);
}

std::string head_of(const Answer& answer) {
  std::array<std::byte, kHeadBytesMax> buffer;
  const std::size_t size = write_head(answer, "red", "(date)", buffer);
  return std::string(as_text(ConstBytes(buffer).first(size)));
}

TEST_CASE("the head says who answers, what and how long", "[backend]") {
  CHECK(head_of(answer_to("/")) ==
        "HTTP/1.1 200 OK\r\nDate: (date)\r\nX-Backend: red\r\nContent-Type: text/plain\r\n"
        "Content-Length: 6\r\n\r\n");
  CHECK(head_of(answer_to("/bytes/7?chunked=1")) ==
        "HTTP/1.1 200 OK\r\nDate: (date)\r\nX-Backend: red\r\n"
        "Content-Type: application/octet-stream\r\nTransfer-Encoding: chunked\r\n\r\n");
  CHECK(head_of(answer_to("/status/204")) ==
        "HTTP/1.1 204 No Content\r\nDate: (date)\r\nX-Backend: red\r\n\r\n");
  CHECK(head_of(answer_to("/status/299")) ==
        "HTTP/1.1 299 \r\nDate: (date)\r\nX-Backend: red\r\nContent-Type: text/plain\r\n"
        "Content-Length: 5\r\n\r\n");
  CHECK_THAT(head_of(answer_to("/echo")), Catch::Contains("405 Method Not Allowed") &&
                                              Catch::Contains("\r\nAllow: POST, PUT, PATCH\r\n"));
}

TEST_CASE("the longest head fits its buffer", "[backend]") {
  Answer answer = answer_to("/control", {}, Method::del);
  answer.close = true;
  answer.status = 431;
  answer.length = kBytesMax;
  answer.source = Source::pattern;
  std::array<std::byte, kHeadBytesMax> buffer;
  const std::string name(kNameBytesMax, 'n');
  CHECK(write_head(answer, name, "Sun, 06 Nov 1994 08:49:37 GMT", buffer) < kHeadBytesMax - 100);
}

TEST_CASE("latency and jitter delay ordinary pages only", "[backend]") {
  Settings settings;
  settings.latency = 50ms;
  settings.jitter = 10ms;
  Duration least = 1h;
  Duration most = 0ms;
  for (int i = 0; i < 1000; ++i) {
    const Duration delay = answer_to("/", settings).delay;
    least = std::min(least, delay);
    most = std::max(most, delay);
  }
  CHECK((least >= 40ms && least < 41ms && most > 59ms && most <= 60ms));
  settings.jitter = 0ms;
  CHECK(answer_to("/slow?ms=7", settings).delay == 57ms);
  CHECK(answer_to("/nothing", settings).delay == 50ms);
  for (const char* exempt : {"/healthz", "/stats", "/control"}) {
    CHECK(answer_to(exempt, settings).delay == 0ms);
  }
  settings.latency = 0ms;
  settings.jitter = 10ms;
  for (int i = 0; i < 100; ++i) CHECK(answer_to("/", settings).delay >= 0ms);
}

TEST_CASE("injected failures come in their proportion", "[backend]") {
  Settings settings;
  settings.fail_rate = {1, 4};
  settings.fail_status = 503;
  int failed = 0;
  for (int i = 0; i < 4000; ++i) failed += answer_to("/", settings).status == 503 ? 1 : 0;
  CHECK((failed > 880 && failed < 1120));
  settings.fail_rate = {1, 1};
  CHECK(answer_to("/", settings).text() == "injected failure\n");
  CHECK(answer_to("/", settings, Method::head).head_only);
  CHECK(answer_to("/bytes/1000", settings).source == Source::text);
  for (const char* exempt : {"/healthz", "/stats", "/control"}) {
    CHECK(answer_to(exempt, settings).status == 200);
  }
}

TEST_CASE("hang outranks reset, which outranks closing early, which outranks failing",
          "[backend]") {
  Settings settings;
  settings.fail_rate = settings.close_early_rate = {1, 1};
  CHECK(answer_to("/", settings).fate == Fate::close_early);
  settings.reset_rate = {1, 1};
  CHECK(answer_to("/", settings).fate == Fate::reset);
  CHECK(answer_to("/", settings).status == 200);
  settings.hang = true;
  CHECK(answer_to("/", settings).fate == Fate::never);
  CHECK(answer_to("/healthz", settings).fate == Fate::whole);
}

TEST_CASE("healthz follows healthy and hang-health", "[backend]") {
  Settings settings;
  CHECK(answer_to("/healthz").text() == "ok\n");
  settings.healthy = false;
  CHECK(answer_to("/healthz", settings).status == 503);
  CHECK(answer_to("/healthz", settings).fate == Fate::whole);
  settings.hang_health = true;
  CHECK(answer_to("/healthz", settings).fate == Fate::never);
}

TEST_CASE("a path that does not exist is answered with those that do", "[backend]") {
  const Answer answer = answer_to("/nothing");
  CHECK(answer.status == 404);
  CHECK_THAT(std::string(answer.text()),
             Catch::Contains("/bytes/N") && Catch::Contains("/control"));
  CHECK_THAT(std::string(answer_to("/bytes/x").text()), Catch::Contains("17179869184"));
}

TEST_CASE("an HTTP/1.0 client gets no chunks and the end of its connection", "[backend]") {
  Random random(StreamKey{test::seed(), "old", 0});
  Request request = a_request(Method::get, "/bytes/9?chunked=1");
  request.old_version = true;
  request.keep_alive = false;
  const Route route = find_route(request.method, request.target);
  const Answer answer = plan(request, route, Settings(), "", random);
  CHECK(answer.framing == Framing::identity);
  CHECK(answer.close);
}

}  // namespace
}  // namespace weir::backend
