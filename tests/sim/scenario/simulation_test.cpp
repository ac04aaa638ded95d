#include "sim/scenario/simulation.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>

#include <catch2/catch.hpp>

#include "sim/scenario/load.hpp"
#include "support/seed.hpp"

using namespace weir;
using namespace weir::sim;
using namespace weir::sim::scenario;
using namespace std::chrono_literals;
using check::Counter;

namespace {

Scenario named(const std::string& name, const std::vector<std::string>& overrides = {}) {
  const std::string path = std::string(WEIR_SCENARIOS_DIR) + "/" + name + ".toml";
  std::ifstream file(path);
  const std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  auto scenario = load(text, path, overrides);
  if (!scenario) FAIL(text_of(scenario.error().front()));
  return std::move(*scenario);
}

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

check::OracleReport report_of(const check::Verdict& verdict, const std::string& name) {
  for (const check::OracleReport& oracle : verdict.oracles) {
    if (oracle.name == name) return oracle;
  }
  return {};
}

const std::string kPlain = R"(story = "s"
[[backend]]
name = "b"
count = 2
kind = "answer"
[[client]]
name = "c"
connections = 20
load = "open"
every = "50ms"
requests = 3
think = "20ms"
)";

class CountingSink final : public Trace::Sink {
 public:
  void on_event(const Event& event) override {
    CHECK(event.number == events);
    ++events;
  }
  std::uint64_t events = 0;
};

}  // namespace

TEST_CASE("every scenario passes on five seeds") {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(WEIR_SCENARIOS_DIR)) {
    if (entry.path().extension() == ".toml") names.push_back(entry.path().stem().string());
  }
  std::ranges::sort(names);
  REQUIRE(names.size() >= 47);
  for (const std::string& name : names) {
    const Scenario scenario = named(name);
    for (std::uint64_t i = 0; i < 5; ++i) {
      const check::Verdict verdict = run(scenario, {.seed = test::seed() + i});
      INFO(name << ": " << told(verdict));
      REQUIRE(verdict.passed);
    }
  }
}

TEST_CASE("the same scenario and seed are the same run") {
  const Scenario scenario = named("partition-heal");
  const check::Verdict first = run(scenario, {.seed = test::seed()});
  const check::Verdict second = run(scenario, {.seed = test::seed()});
  CHECK(first.hash == second.hash);
  CHECK(first.events == second.events);
  CHECK(first.checkpoints == second.checkpoints);
  CHECK(run(scenario, {.seed = test::seed() + 1}).hash != first.hash);
}

TEST_CASE("a sink sees every event of the trace, and changes nothing") {
  const Scenario scenario = written(kPlain);
  CountingSink sink;
  const check::Verdict watched = run(scenario, {.seed = 3, .sink = &sink});
  CHECK(sink.events == watched.trace_events);
  CHECK(run(scenario, {.seed = 3}).hash == watched.hash);
}

TEST_CASE("an expectation that is not met fails the run") {
  const check::Verdict verdict = run(written(kPlain + "[expect]\nexchanges = 61\n"), {.seed = 1});
  CHECK_FALSE(verdict.passed);
  CHECK_THAT(report_of(verdict, "expected").text, Catch::Contains("is 60, expected at least 61"));
}

TEST_CASE("clients that are never done fail the run at time_max, and the world still ends") {
  const check::Verdict verdict = run(written("time_max = \"5s\"\n" + kPlain + R"(
hold = "1min"
)"),
                                     {.seed = 1});
  CHECK_FALSE(verdict.passed);
  CHECK_THAT(report_of(verdict, "one-outcome").text, Catch::Contains("time_max"));
  CHECK(report_of(verdict, "nothing-left").holds);
}

TEST_CASE("a proxy that crashes and restarts serves again, and is excused for what it tore") {
  const check::Verdict verdict = run(written(kPlain + R"(
[[fault]]
at = "400ms"
what = "crash"
hosts = "proxy"
for = "200ms"
[expect]
settle = "0s"
refused = { min = 1 }
)"),
                                     {.seed = test::seed()});
  INFO(told(verdict));
  CHECK(verdict.passed);
  CHECK(verdict.counters[Counter::complete] < 60);
}

TEST_CASE("a proxy that loses power leaves nothing behind") {
  const check::Verdict verdict = run(written(kPlain + R"(
patience = "5s"
[[fault]]
at = "400ms"
what = "power_off"
hosts = "proxy"
)"),
                                     {.seed = test::seed()});
  INFO(told(verdict));
  CHECK(verdict.passed);
}

TEST_CASE("four workers share the connections") {
  const check::Verdict verdict =
      run(named("accept-storm", {"proxy.workers=4", "proxy.connections_max=1000",
                                 "expect.open_max={ min = 400, max = 620 }"}),
          {.seed = test::seed()});
  INFO(told(verdict));
  CHECK(verdict.passed);
}
