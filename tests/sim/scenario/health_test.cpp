// The health checker in whole runs: its bounds hold whatever happens to a backend.

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include "sim/scenario/load.hpp"
#include "sim/scenario/simulation.hpp"
#include "support/seed.hpp"

using namespace weir;
using namespace weir::sim;
using namespace weir::sim::scenario;
using namespace std::chrono_literals;
using check::Counter;

namespace {

struct Harm {
  std::string name;
  std::string trouble = "";  // of b1, with {0} for its beginning
  std::string fault = "";
};

const std::vector<Harm> kHarms = {
    {.name = "latency",
     .fault = "what = \"set_link\"\nbetween = [\"proxy\", \"b1\"]\nlatency = \"2s\""},
    {.name = "partition", .fault = "what = \"partition\"\nbetween = [\"proxy\", \"b1\"]"},
    {.name = "cut there", .fault = "what = \"cut\"\nfrom = \"proxy\"\nto = \"b1\""},
    {.name = "cut back", .fault = "what = \"cut\"\nfrom = \"b1\"\nto = \"proxy\""},
    {.name = "crash", .fault = "what = \"crash\"\nhosts = \"b1\""},
    {.name = "blackhole", .fault = "what = \"power_off\"\nhosts = \"b1\""},
    {.name = "pause", .fault = "what = \"pause\"\nhosts = \"b1\""},
    {.name = "slow", .trouble = "what = \"slow\"\nextra = \"2s\""},
    {.name = "errors", .trouble = "what = \"error\"\nstatus = 500"},
    {.name = "stall", .trouble = "what = \"stall\""},
    {.name = "malformed", .trouble = "what = \"malformed\"\nhow = \"both_framings\""},
    {.name = "closes", .trouble = "what = \"close\"\nat = 10"},
    {.name = "resets", .trouble = "what = \"reset\""},
};

constexpr Duration kLasts = 3s;

std::string scenario_text(const Harm& harm, Duration at) {
  const auto ms = [](Duration time) { return fmt::format("\"{}ms\"", time / 1ms); };
  std::string text = R"(story = "s"
[proxy]
mode = "http"
workers = 2
connect_timeout = "300ms"
first_byte_timeout = "500ms"
[proxy.health]
interval = "500ms"
fast_interval = "200ms"
timeout = "300ms"
initial = "up"
[[client]]
name = "c"
load = "open"
every = "100ms"
connections = 80
[expect]
liveness = false
[[backend]]
name = "well"
kind = "http"
count = 2
[[backend]]
name = "b1"
kind = "http"
)";
  if (!harm.trouble.empty()) {
    text += fmt::format("[[backend.trouble]]\non = \"both\"\nfrom = {}\nuntil = {}\n{}\n", ms(at),
                        ms(at + kLasts), harm.trouble);
  }
  if (!harm.fault.empty()) {
    text += fmt::format("[[fault]]\nat = {}\nfor = {}\n{}\n", ms(at), ms(kLasts), harm.fault);
  }
  return text;
}

Scenario written(const std::string& text) {
  auto scenario = load(text, "x.toml", {});
  if (!scenario) FAIL(text_of(scenario.error().front()) << "\n" << text);
  return std::move(*scenario);
}

std::string told(const check::Verdict& verdict) {
  std::string text = "seed " + std::to_string(verdict.seed);
  for (const check::OracleReport& oracle : verdict.oracles) {
    text += "\n" + oracle.name + " " + oracle.text;
  }
  return text;
}

Duration detection_max(const Scenario& scenario) {
  Random random(StreamKey{});
  return lb::HealthMachine(scenario.proxy.http.health->machine, TimePoint(), random)
      .detection_max();
}

}  // namespace

TEST_CASE("a backend that fails is out of rotation within detection_max, however it fails") {
  for (std::uint64_t i = 0; i < 200; ++i) {
    const std::uint64_t seed = test::seed() + i;
    Random random(StreamKey{.seed = seed, .purpose = "harm"});
    const Harm& harm = kHarms[random.below(kHarms.size())];
    const Duration at = random.between(std::int64_t{1000}, std::int64_t{2500}) * 1ms;
    const Scenario scenario = written(scenario_text(harm, at));
    const check::Verdict verdict = run(scenario, {.seed = seed});
    INFO(harm.name << " at " << at / 1ms << " ms: " << told(verdict));
    REQUIRE(verdict.passed);
    // Out once, in time, and back before the end.
    const Duration took = Duration(verdict.counters[Counter::first_down]) - at;
    CHECK(took > Duration(0));
    CHECK(took <= detection_max(scenario));
    CHECK(verdict.counters[Counter::health_downs] == 1);
    CHECK(verdict.counters[Counter::health_ups] == 1);
  }
}

TEST_CASE("what is slow, but in time, is not taken for a failure") {
  const Harm late{.name = "late", .trouble = "what = \"slow\"\nextra = \"250ms\""};
  const check::Verdict verdict = run(written(scenario_text(late, 1s)), {.seed = test::seed()});
  INFO(told(verdict));
  CHECK(verdict.passed);
  CHECK(verdict.counters[Counter::health_downs] == 0);
}

TEST_CASE("eight workers probe no more than one") {
  for (const char* workers : {"proxy.workers=1", "proxy.workers=8"}) {
    const Harm none{.name = "none", .trouble = "what = \"none\""};
    const auto scenario = load(scenario_text(none, 1s), "x.toml", {workers});
    REQUIRE(scenario);
    const check::Verdict verdict = run(*scenario, {.seed = test::seed()});
    INFO(told(verdict));
    CHECK(verdict.counters[Counter::probes] >= 3 * 14);  // of three, in 8 s
    CHECK(verdict.counters[Counter::probes] <= 3 * 19);
  }
}

TEST_CASE("the checker dies with the proxy's process, and is started again with it") {
  const check::Verdict verdict = run(
      written(scenario_text({.name = "proxy", .fault = "what = \"crash\"\nhosts = \"proxy\""}, 1s)),
      {.seed = test::seed()});
  INFO(told(verdict));
  CHECK(verdict.passed);
  CHECK(verdict.counters[Counter::probes] >= 3 * 7);  // 3 s of the 8 pass without
  CHECK(verdict.counters[Counter::probes] <= 3 * 13);
}
