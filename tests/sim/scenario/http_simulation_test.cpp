// HTTP through the proxy in both of its modes: what the models and oracles of HTTP see end to end.

#include <catch2/catch.hpp>

#include "sim/scenario/load.hpp"
#include "sim/scenario/simulation.hpp"
#include "support/seed.hpp"

using namespace weir;
using namespace weir::sim;
using namespace weir::sim::scenario;
using check::Counter;

namespace {

Scenario written(const std::string& text) {
  auto scenario = load(text, "x.toml", {});
  if (!scenario) FAIL(text_of(scenario.error().front()));
  return std::move(*scenario);
}

std::string told(const check::Verdict& verdict) {
  std::string text = "seed " + std::to_string(verdict.seed);
  for (const check::OracleReport& oracle : verdict.oracles) {
    text += "\n" + oracle.name + " " + oracle.text;
  }
  return text;
}

bool holds(const check::Verdict& verdict, const std::string& name) {
  for (const check::OracleReport& oracle : verdict.oracles) {
    if (oracle.name == name) return oracle.holds;
  }
  FAIL("no oracle " << name);
  return false;
}

const std::string kClients = R"(story = "s"
[[client]]
name = "c"
load = "open"
every = { mean = "20ms" }
connections = 50
requests = 4
post = "1/3"
head = "1/5"
chunked = "1/2"
request_bytes = { from = 0, to = "40KiB" }
answer_bytes = { from = 0, to = "40KiB" }
)";

const std::string kBackends = kClients + R"([[backend]]
name = "b"
kind = "http"
count = 3
service = { mean = "2ms" }
)";

const std::string kHttpMode = "[proxy]\nmode = \"http\"\n";

}  // namespace

TEST_CASE("HTTP passes a proxy of TCP, whatever its framing, and all oracles hold") {
  const std::string more =
      GENERATE("answers = \"chunked\"\n", "answers = \"any\"\n", "short_io = \"1/2\"\n",
               "requests_max = 2\n", "[[backend.trouble]]\nwhat = \"interim\"\n",
               "[[backend.trouble]]\nwhat = \"early\"\n");
  for (std::uint64_t i = 0; i < 5; ++i) {
    const check::Verdict verdict = run(written(kBackends + more + R"(
[expect]
exchanges = 200
complete = "all"
requests_processed = 200
complete_within_1s = "all"
requests_least = { min = 20 }
)"),
                                       {.seed = test::seed() + i});
    INFO(more << told(verdict));
    REQUIRE(verdict.passed);
  }
}

TEST_CASE("the HTTP proxy answers every request once, whole, over kept connections") {
  const std::string more =
      GENERATE("", "answers = \"chunked\"\n", "answers = \"any\"\n", "short_io = \"1/2\"\n",
               "requests_max = 2\n", "[[backend.trouble]]\nwhat = \"interim\"\n",
               "[[backend.trouble]]\nwhat = \"early\"\n");
  for (std::uint64_t i = 0; i < 5; ++i) {
    const check::Verdict verdict = run(written(kBackends + more + kHttpMode + R"(
workers = 2
[expect]
exchanges = 200
complete = "all"
requests_processed = 200
requests_least = { min = 20 }
own_answers = 0
attempts = 200
)"),
                                       {.seed = test::seed() + i});
    INFO(more << told(verdict));
    REQUIRE(verdict.passed);
  }
}

TEST_CASE("the HTTP proxy forwards nothing that is malformed") {
  const check::Verdict answers =
      run(written(kBackends + "[[backend.trouble]]\nwhat = \"malformed\"\nshare = \"1/9\"\n" +
                  kHttpMode),
          {.seed = test::seed()});
  INFO(told(answers));
  CHECK(answers.passed);
  CHECK(answers.counters[Counter::own_502] + answers.counters[Counter::cut_short] +
            answers.counters[Counter::reset] >
        0);
  const check::Verdict requests =
      run(written(kBackends + "[[client]]\nname = \"evil\"\nattack = \"any\"\nconnections = 50\n" +
                  kHttpMode),
          {.seed = test::seed()});
  INFO(told(requests));
  CHECK(requests.passed);
  CHECK(requests.counters[Counter::complete] == 200);
  CHECK(requests.counters[Counter::quit] == 50);
}

TEST_CASE(
    "the HTTP proxy hides what it may of its backends' failures, and breaks no rule over it") {
  for (const char* trouble :
       {"what = \"error\"", "what = \"close\"\nat = 60", "what = \"reset\"\nat = 20",
        "what = \"truncate\"", "what = \"close\"\nat = 0", "what = \"unsolicited\""}) {
    const check::Verdict verdict = run(
        written(kBackends + "[[backend.trouble]]\nshare = \"1/4\"\n" + trouble + "\n" + kHttpMode),
        {.seed = test::seed()});
    INFO(trouble << told(verdict));
    CHECK(verdict.passed);
    CHECK(verdict.counters[Counter::complete] > 100);
  }
}

TEST_CASE("backends that close idle connections cost requests that are safe to repeat nothing") {
  const check::Verdict verdict = run(written(R"(story = "s"
[[client]]
name = "c"
load = "closed"
users = 5
connections = 100
requests = 20
think = { mean = "100ms" }
[[backend]]
name = "b"
kind = "http"
keep_alive = "50ms"
[expect]
complete = "all"
)" + kHttpMode),
                                     {.seed = test::seed()});
  INFO(told(verdict));
  CHECK(verdict.passed);
}

TEST_CASE("clients fail where backends do, and nothing of it is held against the proxy") {
  for (const char* trouble :
       {"what = \"error\"", "what = \"close\"\nat = 60", "what = \"reset\"\nat = 20",
        "what = \"truncate\"", "what = \"close\"\nat = 0"}) {
    const check::Verdict verdict =
        run(written(kBackends + "[[backend.trouble]]\nshare = \"1/4\"\n" + trouble + "\n"),
            {.seed = test::seed()});
    INFO(trouble << told(verdict));
    CHECK(verdict.passed);
    CHECK(verdict.counters[Counter::complete] < 190);
    CHECK(verdict.counters[Counter::complete] > 100);
  }
}

TEST_CASE("what a proxy of TCP lets through is seen: malformed answers, smuggled requests") {
  const check::Verdict answers =
      run(written(kBackends + "[[backend.trouble]]\nwhat = \"malformed\"\nshare = \"1/9\"\n"),
          {.seed = test::seed()});
  CHECK_FALSE(holds(answers, "http-answers"));
  CHECK(holds(answers, "http-requests"));
  const check::Verdict requests =
      run(written(kBackends + "[[client]]\nname = \"evil\"\nattack = \"any\"\nconnections = 20\n"),
          {.seed = test::seed()});
  CHECK_FALSE(holds(requests, "http-requests"));
}

// 280 requests/s for a server of 300/s that stands still for ten seconds; clients wait a second.
TEST_CASE("a long queue never recovers from a burst, a short one does") {
  const auto complete = [](const std::string& queue_max) {
    const check::Verdict verdict = run(written(R"(story = "s"
[[client]]
name = "c"
load = "open"
every = { mean = "3571us" }
connections = 14000
patience = "1s"
[[backend]]
name = "b"
kind = "http"
service = { mean = "3333us" }
concurrency = 1
queue_max = )" + queue_max + R"(
[[fault]]
at = "5s"
what = "pause"
hosts = "b"
for = "10s"
[expect]
liveness = false
)"),
                                       {.seed = test::seed()});
    INFO(told(verdict));
    CHECK(verdict.passed);
    return verdict.counters[Counter::complete];
  };
  CHECK(complete("100000") < 3000);
  CHECK(complete("100") > 9000);
}

TEST_CASE("an HTTP run is the same run with the same seed") {
  const Scenario scenario = written(kBackends);
  CHECK(run(scenario, {.seed = 7}).hash == run(scenario, {.seed = 7}).hash);
  CHECK(run(scenario, {.seed = 7}).hash != run(scenario, {.seed = 8}).hash);
}
