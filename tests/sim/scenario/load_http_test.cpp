#include <catch2/catch.hpp>

#include "sim/scenario/bounds.hpp"
#include "sim/scenario/load.hpp"

using namespace weir;
using namespace weir::sim;
using namespace weir::sim::scenario;
using namespace std::chrono_literals;
using model::HttpTrouble;

namespace {

// Line 1 to 6 of every text below.
const std::string kBase = R"(story = "s"
[[client]]
name = "c"
[[backend]]
name = "b"
kind = "http"
)";

const std::string kEveryKey = R"(story = "s"
[[backend]]
name = "b"
kind = "http"
count = 2
service = { mean = "5ms" }
cold_for = "3s"
cold_factor = 10
concurrency = 8
queue_max = 100
answers = "any"
hop_fields = true
keep_alive = "5s"
requests_max = 50
probe_path = "/up"
probe_service = "1ms"
read_rate = "1KiB"
[[backend.trouble]]
what = "error"
on = "both"
share = "1/2"
from = "2s"
until = "4s"
status = 500
[[backend.trouble]]
what = "malformed"
how = "two_lengths"
share = 0
[[client]]
name = "c"
load = "open"
every = { mean = "10ms" }
connections = 20
requests = 3
pipeline = 2
think = "1ms"
post = "1/2"
head = "10%"
chunked = "1/3"
request_bytes = { from = 1, to = "2KiB" }
answer_bytes = "4KiB"
expect_continue = true
hop_fields = true
keys = 7
path = "/api/"
host = "api.test"
hold = "1s"
patience = "9s"
send_rate = "2KiB"
trouble = { how = "hang", after_sent = 10 }
[[client]]
name = "evil"
attack = "two_hosts"
)";

Scenario loaded(const std::string& text) {
  auto scenario = load(text, "x.toml", {});
  if (!scenario) FAIL(text_of(scenario.error().front()));
  return std::move(*scenario);
}

std::string problems_of(const std::string& text) {
  const auto scenario = load(text, "x.toml", {});
  if (scenario) return "none";
  std::string lines;
  for (const config::Problem& problem : scenario.error()) {
    lines += (lines.empty() ? "" : "\n") + text_of(problem);
  }
  return lines;
}

}  // namespace

TEST_CASE("clients of HTTP backends speak HTTP, with the defaults of the format") {
  const Scenario scenario = loaded(kBase);
  REQUIRE(scenario.backends[0].http);
  REQUIRE(scenario.clients[0].http);
  CHECK(scenario.clients[0].load().start == 10ms);
  CHECK(scenario.backends[0].http->probe_path == "/healthz");
  CHECK(liveness_from(scenario) == TimePoint());
  CHECK(bounds_of(scenario).http.attempts_max == 1);
}

TEST_CASE("every key of an HTTP backend is read") {
  const Scenario scenario = loaded(kEveryKey);
  const model::HttpBackendOptions& backend = *scenario.backends[0].http;
  CHECK(backend.service.kind == model::Law::Kind::exponential);
  CHECK(backend.cold_for == 3s);
  CHECK(backend.cold_factor == 10);
  CHECK(backend.slots.at_once == 8);
  CHECK(backend.slots.queue_max == 100);
  CHECK(backend.answers == model::HttpAnswers::any);
  CHECK(backend.hop_fields);
  CHECK(backend.keep_alive == 5s);
  CHECK(backend.requests_max == 50);
  CHECK(backend.probe_path == "/up");
  CHECK(backend.manners.read_rate == 1024);
  REQUIRE(backend.troubles.size() == 2);
  CHECK(backend.troubles[0].what == HttpTrouble::What::error);
  CHECK(backend.troubles[0].on == HttpTrouble::On::both);
  CHECK(backend.troubles[0].share == Ratio{1, 2});
  CHECK(backend.troubles[0].until == 4s);
  CHECK(backend.troubles[0].status == 500);
  CHECK(backend.troubles[1].how == model::HttpMalformed::two_lengths);
}

TEST_CASE("every key of an HTTP client is read") {
  const Scenario scenario = loaded(kEveryKey);
  const model::HttpClientOptions& client = *scenario.clients[0].http;
  CHECK(client.load == model::Load::open);
  CHECK(client.pipeline == 2);
  CHECK(client.post == Ratio{1, 2});
  CHECK(client.chunked == Ratio{1, 3});
  CHECK(client.request_bytes.high == 2048);
  CHECK(client.answer_bytes.low == 4096);
  CHECK(client.expect_continue);
  CHECK(client.hop_fields);
  CHECK(client.keys == 7);
  CHECK(client.path == "/api/");
  CHECK(client.host == "api.test");
  CHECK(client.manners.trouble.how == model::Trouble::How::hang);
  CHECK(scenario.clients[1].http->attack == model::HttpAttack::two_hosts);
}

TEST_CASE("every key of the HTTP proxy is read") {
  const Scenario scenario = loaded(kBase + R"([proxy]
mode = "http"
balance = "ring_hash"
hash = "cookie"
load_bound = "125%"
panic_below = "1/3"
slow_start = "2s"
tries_max = 2
requests_max = 9
pool_idle_max = 5
pool_idle_timeout = "6s"
pool_connections_max = 7
pool_queue_max = 8
header_timeout = "1s"
keep_alive_timeout = "2s"
body_idle_timeout = "3s"
queue_timeout = "4s"
first_byte_timeout = "5s"
connect_timeout = "6s"
)");
  CHECK(scenario.proxy.mode == ProxyMode::http);
  const HttpPlan& plan = scenario.proxy.http;
  CHECK(plan.balance.policy == lb::Policy::ring_hash);
  CHECK(plan.hash.kind == proxy::HashKey::Kind::cookie);
  CHECK(plan.hash.name == "weir");
  CHECK(plan.balance.load_bound == Ratio{125, 100});
  CHECK(plan.balance.panic_below == Ratio{1, 3});
  CHECK(plan.balance.slow_start == 2s);
  CHECK(plan.tries_max == 2);
  CHECK(plan.requests_max == 9);
  CHECK(plan.pool.idle_max == 5);
  CHECK(plan.pool.idle_timeout == 6s);
  CHECK(plan.pool.connections_max == 7);
  CHECK(plan.pool.queue_max == 8);
  CHECK(plan.timeouts.header == 1s);
  CHECK(plan.upstream.first_byte == 5s);
  const check::HttpBounds bounds = bounds_of(scenario).http;
  CHECK(bounds.attempts_max == 3);
  CHECK(bounds.waiting_max == 8);
  CHECK(bounds.upstream_open_max == 7);
  CHECK(bounds.upstream_idle_max == 5);
  CHECK(bounds.request_timeout == 1s + 3 * (6s + 4s + 5s) + 2 * 3s);
}

TEST_CASE("the health checks of the proxy are read, and there are none unless asked for") {
  const std::string http = kBase + "[proxy]\nmode = \"http\"\n";
  CHECK_FALSE(loaded(http).proxy.http.health);
  CHECK_FALSE(loaded(http + "health = { type = \"none\", rise = 4 }\n").proxy.http.health);
  const auto plain = loaded(http + "health = {}\n").proxy.http.health;
  REQUIRE(plain);
  CHECK(plain->probe.type == control::ProbeOptions::Type::http);
  CHECK(plain->probe.path == "/healthz");
  CHECK(plain->machine.interval == 2s);
  const auto health = loaded(http + R"([proxy.health]
type = "tcp"
path = "/up"
interval = "3s"
fast_interval = "4s"
timeout = "5s"
jitter = "1/3"
rise = 6
fall = 7
initial = "down"
)")
                          .proxy.http.health;
  REQUIRE(health);
  CHECK(health->probe.type == control::ProbeOptions::Type::tcp);
  CHECK(health->probe.path == "/up");
  CHECK(health->machine.interval == 3s);
  CHECK(health->machine.fast_interval == 4s);
  CHECK(health->machine.timeout == 5s);
  CHECK(health->machine.jitter == Ratio{1, 3});
  CHECK(health->machine.rise == 6);
  CHECK(health->machine.fall == 7);
  CHECK(health->machine.initial == lb::Health::down);
}

TEST_CASE("health checks that cannot be are told") {
  const std::string http = kBase + "[proxy]\nmode = \"http\"\n";
  CHECK_THAT(problems_of(http + "health = { jitter = \"2/3\" }\n"),
             Catch::Contains("proxy.health.jitter is more than a half"));
  CHECK_THAT(problems_of(http + "health = { path = \"up\" }\n"), Catch::Contains("is no path"));
  CHECK_THAT(problems_of(http + "health = { rise = 0 }\n"), Catch::Contains("proxy.health.rise"));
  CHECK_THAT(problems_of(http + "health = true\n"), Catch::Contains("write [proxy.health]"));
  CHECK_THAT(problems_of(kBase + "[proxy]\nhealth = {}\n"), Catch::Contains("unknown key"));
}

TEST_CASE("what belongs to another mode is told") {
  CHECK_THAT(problems_of(kBase + "[proxy]\nmode = \"http\"\nidle_timeout = \"5s\"\n"),
             Catch::Contains("it goes with mode = \"tcp\""));
  CHECK_THAT(problems_of(kBase + "[proxy]\nbalance = \"random\"\n"),
             Catch::Contains("unknown key"));
  CHECK_THAT(problems_of(kBase + "[proxy]\nmode = \"http\"\nhash = \"path\"\n"),
             Catch::Contains("it goes with a balance that hashes"));
  CHECK_THAT(problems_of(kBase + "[proxy]\nmode = \"http\"\nload_bound = \"125%\"\n"),
             Catch::Contains("it goes with a balance that hashes"));
  CHECK_THAT(problems_of("story = \"s\"\n[proxy]\nmode = \"http\"\n[[client]]\nname = \"c\"\n"
                         "[[backend]]\nname = \"b\"\nkind = \"echo\"\n"),
             Catch::Contains("is \"echo\", but the proxy's mode is \"http\""));
}

TEST_CASE("what is wrong with an HTTP table is told with its place") {
  CHECK(problems_of(kBase + "trouble = { how = \"reset\" }\n") ==
        "x.toml:7:11: backend.trouble is a table; write [[backend.trouble]] for each, at most 8");
  CHECK_THAT(
      problems_of(kBase + "[[backend.trouble]]\nwhat = \"eror\"\n"),
      Catch::Contains("x.toml:8:8: backend.trouble.what is \"eror\"; did you mean \"error\"?"));
  CHECK_THAT(problems_of(kBase + "[[backend.trouble]]\nwhat = \"slow\"\nstatus = 500\n"),
             Catch::Contains("status means nothing here; it goes with what = \"error\""));
  CHECK_THAT(
      problems_of(kBase + "[[backend.trouble]]\nwhat = \"slow\"\nfrom = \"2s\"\nuntil = \"1s\"\n"),
      Catch::Contains("until is not after from"));
  const std::string hashes = "[proxy]\nmode = \"http\"\nbalance = \"maglev\"\n";
  for (const char* bound : {"99%", "1001%", "5/4", "%", "125"}) {
    INFO(bound);
    CHECK_THAT(problems_of(kBase + hashes + "load_bound = \"" + bound + "\"\n"),
               Catch::Contains("is no bound; write \"100%\" to \"1000%\""));
  }
  CHECK_THAT(problems_of(kBase + "queue_max = 5\n"), Catch::Contains("it goes with concurrency"));
  CHECK_THAT(problems_of(kBase + "probe_path = \"up\"\n"), Catch::Contains("is no path"));
  CHECK_THAT(problems_of(kBase + "half_close = true\n"), Catch::Contains("unknown key"));
  CHECK_THAT(problems_of(kBase + "[[client]]\nname = \"d\"\nrequest_bytes = 5\n"),
             Catch::Contains("it goes with post"));
  CHECK_THAT(problems_of(kBase + "[[backend]]\nname = \"t\"\nkind = \"echo\"\n"),
             Catch::Contains("is \"echo\", but \"b\" is another kind"));
}

TEST_CASE("liveness is judged once harmful troubles are over, and not when they stay") {
  const std::string trouble = "[[backend.trouble]]\nwhat = \"error\"\n";
  CHECK_FALSE(liveness_from(loaded(kBase + trouble)));
  CHECK(liveness_from(loaded(kBase + trouble + "until = \"4s\"\n")) == after(TimePoint(), 5s));
  CHECK(liveness_from(loaded(kBase + "[[backend.trouble]]\nwhat = \"interim\"\n")) == TimePoint());
}
