#include "sim/check/http_panel.hpp"

#include <catch2/catch.hpp>

#include "sim/check/panel.hpp"

using namespace weir;
using namespace weir::sim;
using namespace weir::sim::check;
using namespace std::chrono_literals;
using model::HttpEnd;
using model::HttpMethod;
using model::HttpTag;
using model::Outcome;

namespace {

struct Probe final : ProxyProbe {
  std::uint64_t blocks_lent() const override { return blocks; }
  std::uint64_t open_sessions() const override { return 0; }
  HttpGaugeValues http_gauges() const override { return gauges; }
  HttpGaugeValues gauges;
  std::uint64_t blocks = 0;
};

PanelSetup setup() {
  PanelSetup some;
  some.bounds.http.request_timeout = 5s;
  some.bounds.http.upstream_idle_max = 8;
  some.liveness_from = TimePoint();
  return some;
}

constexpr HttpTag kTag{0, 0};

struct Rig {
  Rig() {
    panel.connecting(1);
    panel.backend_exists(7);
    panel.backend_exists(8);
  }

  void pass(Duration time) { kernel.run_until(kernel.now() + time); }

  // One request that takes `time`, and how it ended.
  void request(const HttpTag& tag, Duration time, const HttpEnd& end) {
    http.request_begun(tag, HttpMethod::get);
    pass(time);
    if (end.outcome == Outcome::complete) http.processing(7, tag, HttpMethod::get, true);
    http.request_ended(tag, end);
  }

  Verdict verdict() {
    panel.all_is_over(0, [](TimePoint) { return Duration(0); });
    Verdict all;
    panel.report(all);
    return all;
  }
  bool holds(const std::string& name) {
    for (const OracleReport& oracle : verdict().oracles) {
      if (oracle.name == name) return oracle.holds;
    }
    FAIL("no oracle " << name);
    return false;
  }

  Kernel kernel{1};
  Probe probe;
  Panel panel{kernel, probe, setup()};
  HttpPanel& http = panel.http();
};

}  // namespace

TEST_CASE("the HTTP panel counts requests, answers and whose they are") {
  Rig rig;
  rig.request(HttpTag{0, 0}, 10ms, HttpEnd{Outcome::complete, 200});
  rig.request(HttpTag{0, 1}, 2s, HttpEnd{Outcome::complete, 200});
  rig.request(HttpTag{0, 2}, 1ms, HttpEnd{Outcome::error_answer, 503, true});
  rig.request(HttpTag{0, 3}, 1ms, HttpEnd{Outcome::error_answer, 500});
  rig.request(HttpTag{0, 4}, 1ms, HttpEnd{Outcome::error_answer, 429, true});
  rig.request(HttpTag{0, 5}, 1ms, HttpEnd{Outcome::reset});
  rig.http.probed(8);
  rig.http.body_received(model::Way::down, 100);
  const Verdict verdict = rig.verdict();
  const Counters& counters = verdict.counters;
  CHECK(counters[Counter::exchanges] == 6);
  CHECK(counters[Counter::complete] == 2);
  CHECK(counters[Counter::complete_within_1s] == 1);
  CHECK(counters[Counter::error_answer] == 3);
  CHECK(counters[Counter::reset] == 1);
  CHECK(counters[Counter::answers_5xx] == 2);
  CHECK(counters[Counter::answers_4xx] == 1);
  CHECK(counters[Counter::own_answers] == 2);
  CHECK(counters[Counter::own_503] == 1);
  CHECK(counters[Counter::own_429] == 1);
  CHECK(counters[Counter::requests_processed] == 2);
  CHECK(counters[Counter::requests_least] == 0);
  CHECK(counters[Counter::requests_most] == 2);
  CHECK(counters[Counter::answer_time_p50] == 10'000'000);
  CHECK(counters[Counter::probes] == 1);
  CHECK(counters[Counter::bytes_down] == 100);
}

TEST_CASE("what the health checker changes is counted, and when it first took a backend out") {
  using lb::Health;
  Rig rig;
  rig.http.health_changed(0, {.at = {}, .from = Health::unknown, .to = Health::up});
  rig.http.health_changed(1, {.at = {}, .from = Health::unknown, .to = Health::down});
  rig.pass(3s);
  rig.http.health_changed(0, {.at = {}, .from = Health::up, .to = Health::down});
  rig.pass(1s);
  rig.http.health_changed(0, {.at = {}, .from = Health::down, .to = Health::up});
  rig.http.health_changed(0, {.at = {}, .from = Health::up, .to = Health::down});
  const Counters counters = rig.verdict().counters;
  CHECK(counters[Counter::health_ups] == 2);
  CHECK(counters[Counter::health_downs] == 2);
  CHECK(counters[Counter::first_down] == 3'000'000'000);
  CHECK(counters[Counter::first_up] == 4'000'000'000);
}

TEST_CASE("a key that comes to another backend than before is counted as moved") {
  Rig rig;
  const std::uint32_t hosts[] = {7, 7, 8, 8, 7};
  for (std::uint32_t i = 0; i < 5; ++i) {
    rig.http.request_begun(HttpTag{0, i}, HttpMethod::get);
    if (i != 3) rig.http.request_keyed(HttpTag{0, i}, 40);  // the fourth is nobody's
    rig.http.processing(hosts[i], HttpTag{0, i}, HttpMethod::get, true);
    rig.http.request_ended(HttpTag{0, i}, HttpEnd{Outcome::complete, 200});
  }
  CHECK(rig.verdict().counters[Counter::keys_moved] == 2);
}

TEST_CASE("the most probes within 50 ms are counted") {
  Rig rig;
  for (const Duration pause : {0ms, 20ms, 30ms, 1ms, 60ms}) {
    rig.pass(pause);
    rig.http.probed(7);
  }
  const Counters counters = rig.verdict().counters;
  CHECK(counters[Counter::probes] == 5);
  CHECK(counters[Counter::probes_burst] == 3);
}

TEST_CASE("the proxy's own account of a request is counted") {
  Rig rig;
  std::array<proxy::Attempt, 2> attempts;
  attempts[0].reused = true;
  proxy::RequestRecord record;
  rig.http.request_proxied(record);
  record.attempts = attempts;
  rig.http.request_proxied(record);
  const Verdict verdict = rig.verdict();
  CHECK(verdict.counters[Counter::attempts] == 2);
  CHECK(verdict.counters[Counter::attempts_reused] == 1);
  CHECK(verdict.counters[Counter::retried] == 1);
}

TEST_CASE("each oracle of HTTP is asked by the panel") {
  Rig rig;
  rig.request(kTag, 1ms, HttpEnd{Outcome::complete, 200});
  SECTION("nothing is wrong") {
    CHECK(rig.holds("http-answers"));
    CHECK(rig.holds("http-requests"));
    CHECK(rig.holds("http-deadlines"));
    CHECK(rig.holds("http-gauges"));
    CHECK(rig.holds("liveness"));
  }
  SECTION("a wrong answer") {
    rig.http.wrong_answer(kTag, "crossed");
    CHECK_FALSE(rig.holds("http-answers"));
  }
  SECTION("a request without an end") {
    rig.http.request_begun(HttpTag{0, 1}, HttpMethod::get);
    CHECK_FALSE(rig.holds("http-answers"));
  }
  SECTION("a wrong request") {
    rig.http.wrong_request(7, "smuggled");
    CHECK_FALSE(rig.holds("http-requests"));
  }
  SECTION("a request that is acted on three times") {
    rig.http.processing(8, kTag, HttpMethod::get, true);
    CHECK(rig.holds("http-requests"));
    rig.http.processing(8, kTag, HttpMethod::get, true);
    CHECK_FALSE(rig.holds("http-requests"));
  }
  SECTION("a request that takes too long") {
    rig.request(HttpTag{0, 1}, 6s, HttpEnd{Outcome::error_answer, 504, true});
    CHECK_FALSE(rig.holds("http-deadlines"));
  }
  SECTION("a request that takes too long, of a slow client") {
    rig.request(HttpTag{0, 1}, 6s, HttpEnd{Outcome::error_answer, 504, true, true});
    CHECK(rig.holds("http-deadlines"));
  }
  SECTION("a pool that is too large") {
    rig.probe.gauges.upstream_idle = 9;
    rig.http.request_begun(HttpTag{0, 1}, HttpMethod::get);
    CHECK_FALSE(rig.holds("http-gauges"));
  }
  SECTION("a gauge that does not return to nothing") {
    rig.probe.gauges.requests_in_flight = 1;
    rig.panel.sessions_had_their_time();
    CHECK_FALSE(rig.holds("http-gauges"));
  }
  SECTION("a pool that outlives its proxy") {
    rig.probe.gauges.upstream_open = 1;
    rig.panel.proxy_is_gone(0);
    CHECK_FALSE(rig.holds("http-gauges"));
  }
  SECTION("more buffers than the open sessions may have") {
    rig.probe.blocks = 1;
    rig.http.body_received(model::Way::down, 1);
    CHECK_FALSE(rig.holds("buffers-returned"));
  }
  SECTION("failures after the heal") {
    rig.request(HttpTag{0, 1}, 1ms, HttpEnd{Outcome::error_answer, 502, true});
    CHECK_FALSE(rig.holds("liveness"));
  }
}

TEST_CASE("pipelined requests count from the answer before them") {
  Rig rig;
  rig.http.request_begun(HttpTag{0, 0}, HttpMethod::get);
  rig.http.request_begun(HttpTag{0, 1}, HttpMethod::get);
  rig.pass(4s);
  rig.http.request_ended(HttpTag{0, 0}, HttpEnd{Outcome::error_answer, 504, true});
  rig.pass(4s);
  rig.http.request_ended(HttpTag{0, 1}, HttpEnd{Outcome::error_answer, 504, true});
  CHECK(rig.holds("http-deadlines"));
}

TEST_CASE("a run without HTTP has no oracles of HTTP, and what HTTP tells is in the trace") {
  Rig rig;
  CHECK(rig.verdict().oracles.size() == 11);
  const std::uint64_t before = rig.kernel.trace().hash();
  rig.request(kTag, 0s, HttpEnd{Outcome::complete, 200});
  CHECK(rig.kernel.trace().hash() != before);
  CHECK(rig.verdict().oracles.size() == 15);
}
