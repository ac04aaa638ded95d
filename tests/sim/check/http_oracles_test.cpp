#include <catch2/catch.hpp>

#include "sim/check/http_answers.hpp"
#include "sim/check/http_deadlines.hpp"
#include "sim/check/http_gauges.hpp"
#include "sim/check/http_requests.hpp"

using namespace weir;
using namespace weir::sim::check;
using namespace std::chrono_literals;
using weir::sim::model::HttpEnd;
using weir::sim::model::HttpMethod;
using weir::sim::model::HttpTag;
using weir::sim::model::Outcome;

namespace {

constexpr TimePoint kNow{};
constexpr HttpTag kTag{5, 0};

HttpBounds three_attempts() {
  HttpBounds bounds;
  bounds.attempts_max = 3;
  return bounds;
}

TimePoint at(Duration since_start) { return after(TimePoint(), since_start); }

std::string gauged(const HttpBounds& bounds, const HttpGaugeValues& values) {
  HttpGauges oracle(bounds);
  oracle.sample(kNow, values);
  return oracle.report();
}

}  // namespace

TEST_CASE("http-answers holds when pipelined requests end once each, in order") {
  HttpAnswers oracle;
  for (std::uint32_t i = 0; i < 3; ++i) oracle.begun(kNow, HttpTag{5, i});
  for (std::uint32_t i = 0; i < 3; ++i) oracle.ended(kNow, HttpTag{5, i});
  oracle.finish(kNow);
  CHECK(oracle.holds());
  CHECK_THAT(oracle.report(), Catch::Contains("3 requests"));
}

TEST_CASE("http-answers fails for none, for two, and for an answer out of turn") {
  HttpAnswers oracle;
  oracle.begun(kNow, kTag);
  SECTION("none") { oracle.finish(kNow); }
  SECTION("two") {
    oracle.ended(kNow, kTag);
    CHECK(oracle.holds());
    oracle.ended(kNow, kTag);
  }
  SECTION("out of turn") {
    oracle.begun(kNow, HttpTag{5, 1});
    oracle.ended(kNow, HttpTag{5, 1});
  }
  SECTION("begun twice") { oracle.begun(kNow, kTag); }
  CHECK_FALSE(oracle.holds());
}

TEST_CASE("http-answers fails for what a client finds wrong, with its story") {
  HttpAnswers oracle;
  oracle.wrong(kNow, kTag, "the answer to 7/1");
  CHECK_THAT(oracle.report(),
             Catch::Contains("instead of the answer to request 5/0: the answer to"));
}

TEST_CASE("http-requests allows a POST once, and a GET as often as attempts are allowed") {
  HttpRequests oracle(three_attempts());
  oracle.begun(kTag, HttpMethod::get);
  oracle.begun(HttpTag{6, 0}, HttpMethod::post);
  oracle.processing(kNow, 2, HttpTag{6, 0}, HttpMethod::post);
  for (int i = 0; i < 3; ++i) oracle.processing(kNow, 1, kTag, HttpMethod::get);
  CHECK(oracle.holds());
  CHECK(oracle.repeated() == 2);
  SECTION("not a fourth GET") { oracle.processing(kNow, 1, kTag, HttpMethod::get); }
  SECTION("not a second POST, also elsewhere") {
    oracle.processing(kNow, 9, HttpTag{6, 0}, HttpMethod::post);
    CHECK_THAT(oracle.report(),
               Catch::Contains("host 9 is one of 2 that act on POST 6/0, 1 allowed"));
  }
  CHECK_FALSE(oracle.holds());
}

TEST_CASE("http-requests fails for requests that no client made, and for changed methods") {
  HttpRequests oracle(three_attempts());
  oracle.begun(kTag, HttpMethod::head);
  SECTION("nobody's") { oracle.processing(kNow, 1, HttpTag{9, 9}, HttpMethod::get); }
  SECTION("changed") { oracle.processing(kNow, 1, kTag, HttpMethod::get); }
  SECTION("unacceptable") { oracle.wrong(kNow, 1, "\"/smuggled\" without a tag"); }
  CHECK_FALSE(oracle.holds());
}

TEST_CASE("http-requests fails for an answer to what nobody acted on") {
  HttpRequests oracle(three_attempts());
  oracle.begun(kTag, HttpMethod::get);
  oracle.ended(kNow, kTag, HttpEnd{Outcome::error_answer, 503});
  CHECK(oracle.holds());
  oracle.ended(kNow, kTag, HttpEnd{Outcome::complete, 200});
  CHECK_THAT(oracle.report(), Catch::Contains("though no backend acted on it"));
}

TEST_CASE("http-deadlines fails for a request that takes longer than slack and faults explain") {
  HttpBounds bounds;
  bounds.request_timeout = 10s;
  HttpDeadlines oracle(bounds, 1s);
  oracle.ended(at(0s), at(11s), "5/0");
  oracle.ended(at(5s), at(18s), "5/1");
  SECTION("faults explain it") {
    oracle.finish([](TimePoint) { return Duration(2s); });
    CHECK(oracle.holds());
    CHECK_THAT(oracle.report(), Catch::Contains("longer than 13 s"));
  }
  SECTION("they do not") {
    oracle.finish([](TimePoint before) { return before < at(18s) ? Duration(5s) : Duration(1s); });
    CHECK(oracle.violations() == 1);
    CHECK_THAT(oracle.report(), Catch::Contains("request 5/1 took 13 s, 10 s are allowed"));
  }
}

TEST_CASE("http-deadlines judges nothing without a deadline") {
  HttpDeadlines oracle(HttpBounds(), 0s);
  oracle.ended(at(0s), at(1000s), "5/0");
  oracle.finish([](TimePoint) { return Duration(0); });
  CHECK(oracle.holds());
}

TEST_CASE("http-gauges fails beyond each bound") {
  HttpBounds bounds;
  bounds.waiting_max = bounds.upstream_open_max = bounds.upstream_idle_max = 4;
  CHECK_THAT(gauged(bounds, {9, 4, 4, 4}),
             Catch::StartsWith("holds: at most 9 requests in flight"));
  CHECK_THAT(gauged(bounds, {.requests_waiting = 5}), Catch::Contains("5 requests waiting"));
  CHECK_THAT(gauged(bounds, {.upstream_open = 5}), Catch::Contains("5 connections"));
  CHECK_THAT(gauged(bounds, {.upstream_idle = 5}), Catch::Contains("5 idle connections"));
}

TEST_CASE("http-gauges fails when a gauge does not return to nothing") {
  HttpGauges oracle{HttpBounds()};
  oracle.settled(kNow, {.upstream_open = 3, .upstream_idle = 3});  // a pool may be kept
  CHECK(oracle.holds());
  SECTION("in flight") { oracle.settled(kNow, {.requests_in_flight = 1}); }
  SECTION("waiting") { oracle.settled(kNow, {.requests_waiting = 1}); }
  SECTION("open after the end") { oracle.proxy_ended(kNow, {.upstream_open = 1}); }
  CHECK_FALSE(oracle.holds());
}
