#include "sim/scenario/load.hpp"

#include <catch2/catch.hpp>

using namespace weir;
using namespace weir::sim;
using namespace weir::sim::scenario;
using namespace std::chrono_literals;

namespace {

// Line 1 to 7 of every text below.
const std::string kBase = R"(story = "s"
[[backend]]
name = "b"
kind = "answer"
count = 2
[[client]]
name = "c"
)";

Scenario loaded(const std::string& text, const std::vector<std::string>& overrides = {}) {
  auto scenario = load(text, "dir/x.toml", overrides);
  if (!scenario) FAIL(text_of(scenario.error().front()));
  return std::move(*scenario);
}

// All problems, one a line.
std::string problems_of(const std::string& text, const std::vector<std::string>& overrides = {}) {
  const auto scenario = load(text, "x.toml", overrides);
  if (scenario) return "none";
  std::string lines;
  for (const config::Problem& problem : scenario.error()) {
    lines += (lines.empty() ? "" : "\n") + text_of(problem);
  }
  return lines;
}

}  // namespace

TEST_CASE("a short scenario has the defaults of the format") {
  const Scenario scenario = loaded(kBase);
  CHECK(scenario.name == "x");
  CHECK(scenario.proxy.workers == 1);
  CHECK(scenario.proxy.options.connect_timeout == 5s);
  REQUIRE(scenario.backends.size() == 1);
  CHECK(scenario.backends[0].count == 2);
  CHECK(scenario.backends[0].options.protocol == model::Protocol::answer);
  CHECK(scenario.clients[0].options.protocol == model::Protocol::answer);
  CHECK(scenario.clients[0].options.start == 10ms);
  CHECK(scenario.judge_liveness);
}

TEST_CASE("every table of the format is read") {
  const Scenario scenario = loaded(kBase + R"(
load = "closed"
users = 4
connections = 20
requests = 3
think = { mean = "5ms" }
request_bytes = { from = "1KiB", to = "2KiB" }
trouble = { how = "reset", after_sent = 100, share = "1/3" }
short_io = "1/4"
[proxy]
workers = 3
idle_timeout = "7s"
receive_buffer = "4KiB"
[network]
latency = "2ms"
bandwidth = "1MiB"
loss = "1%"
[[link]]
between = ["c", "proxy"]
latency = "9ms"
[[fault]]
at = "2s"
what = "power_off"
hosts = ["b"]
for = "1s"
[[fault]]
at = "3s"
what = "cut"
from = "b1"
to = "proxy"
[expect]
complete = "all"
reset = { max = 3 }
answer_time_max = "1s"
settle = "2s"
)");
  const model::ClientOptions& client = scenario.clients[0].options;
  CHECK(client.load == model::Load::closed);
  CHECK(client.users == 4);
  CHECK(client.think.kind == model::Law::Kind::exponential);
  CHECK(client.request_bytes.high == 2048);
  CHECK(client.manners.trouble.how == model::Trouble::How::reset);
  CHECK(client.manners.trouble.share == Ratio{1, 3});
  CHECK(scenario.clients[0].host.short_io == Ratio{1, 4});
  CHECK(scenario.proxy.options.idle_timeout == 7s);
  CHECK(scenario.proxy.host.receive_buffer == 4096);
  CHECK(scenario.network.bytes_per_second == 1 << 20);
  CHECK(scenario.network.loss == Ratio{1, 100});
  CHECK(scenario.links[0].from == std::vector<std::string>{"c"});
  CHECK(scenario.faults[0].hosts == std::vector<std::string>{"b1", "b2"});
  CHECK(scenario.faults[0].lasts == 1s);
  CHECK(scenario.faults[1].to == std::vector<std::string>{"proxy"});
  REQUIRE(scenario.expected.size() == 3);
  CHECK(scenario.settle == 2s);
}

TEST_CASE("an unknown key is named, with the one that was meant") {
  CHECK(problems_of(kBase + "[proxy]\nidel_timeout = \"5s\"\n") ==
        "x.toml:9:1: unknown key \"idel_timeout\" in proxy; did you mean \"idle_timeout\"?");
  CHECK(problems_of(kBase + "[prxy]\n") ==
        "x.toml:8:2: unknown key \"prxy\" in the file; did you mean \"proxy\"?");
}

TEST_CASE("a wrong type is named, with the right one") {
  CHECK(problems_of(kBase + "[proxy]\nworkers = \"two\"\n") ==
        "x.toml:9:11: proxy.workers is a string; write an integer from 1 to 64");
  CHECK(problems_of(kBase + "[proxy]\nidle_timeout = 5\n") ==
        "x.toml:9:16: proxy.idle_timeout is an integer; write a string with a unit, such as "
        "\"5ms\"");
  CHECK(problems_of(kBase + "half_close = 1\n") ==
        "x.toml:8:14: client.half_close is an integer; write true or false");
  CHECK(problems_of(kBase + "short_io = 0.5\n") ==
        "x.toml:8:12: client.short_io is a value of another type; write a fraction such as "
        "\"1/20\", or a percentage such as \"5%\"");
}

TEST_CASE("a value out of range is named, with the range") {
  CHECK(problems_of(kBase + "[proxy]\nworkers = 65\n") ==
        "x.toml:9:11: proxy.workers is 65; write 1 to 64");
  CHECK(problems_of(kBase + "[proxy]\nconnect_timeout = \"0s\"\n") ==
        "x.toml:9:19: proxy.connect_timeout is 0s; write \"1ms\" to \"10m\"");
  CHECK(problems_of(kBase + "[proxy]\nsend_buffer = 12\n") ==
        "x.toml:9:15: proxy.send_buffer is 12; write 1KiB to 64MiB, as an integer or a string such "
        "as \"64KiB\"");
  CHECK(
      problems_of(kBase + "start = \"soon\"\n") ==
      "x.toml:8:9: client.start is \"soon\", which is no time; write a number with a unit: ns, us, "
      "ms, s, min or h");
}

TEST_CASE("a word that is none of its choices is named, with the nearest") {
  CHECK(problems_of(kBase + "load = \"opne\"\n") ==
        "x.toml:8:8: client.load is \"opne\"; did you mean \"open\"?");
  CHECK(problems_of(kBase + "[[fault]]\nat = \"1s\"\nwhat = \"poweroff\"\nhosts = \"b\"\n") ==
        "x.toml:10:8: fault.what is \"poweroff\"; did you mean \"power_off\"?");
}

TEST_CASE("an unknown host is named, with the nearest") {
  CHECK(problems_of(kBase + "[[fault]]\nat = \"1s\"\nwhat = \"crash\"\nhosts = [\"b3\"]\n") ==
        "x.toml:11:9: fault.hosts names \"b3\", which is no host; did you mean \"b\"?");
  CHECK(problems_of(kBase + "[[link]]\nbetween = [\"proxy\"]\n") ==
        "x.toml:9:11: link.between has 1 names; write two, such as [\"proxy\", \"b1\"]");
}

TEST_CASE("what is missing is named") {
  CHECK(problems_of("story = \"s\"\n") ==
        "x.toml:1:1: the file has no backend; write at least one [[backend]]\n"
        "x.toml:1:1: the file has no client; write at least one [[client]]");
  CHECK(problems_of(kBase + "load = \"open\"\n") ==
        "x.toml:6:1: client has no every; write every = \"10ms\": the time between two "
        "connections");
}

TEST_CASE("a key that means nothing here is named, with where it does") {
  CHECK(problems_of(kBase + "users = 3\n") ==
        "x.toml:8:9: client.users means nothing here; it goes with load = \"closed\"");
  CHECK(problems_of(kBase + "[[fault]]\nat = \"1s\"\nwhat = \"restart\"\nhosts = \"b\"\n"
                            "for = \"1s\"\n") ==
        "x.toml:12:1: unknown key \"for\" in fault; write one of at, what, hosts");
}

TEST_CASE("what does not go together is named") {
  CHECK(problems_of("story = \"s\"\n[[backend]]\nname = \"b\"\nkind = \"echo\"\n"
                    "answers_after_end = true\n[[client]]\nname = \"c\"\n") ==
        "x.toml:6:1: client.half_close is false, but backend \"b\" answers only after the client's "
        "end; write half_close = true");
  CHECK(problems_of(kBase + "[[backend]]\nname = \"e\"\nkind = \"echo\"\n") ==
        "x.toml:10:8: backend.kind is \"echo\", but \"b\" is another kind; give all backends of a "
        "scenario the same kind");
  CHECK(problems_of(kBase + "[[client]]\nname = \"b1\"\n") ==
        "x.toml:9:8: client.name gives a host the name \"b1\", which is taken; write another name");
}

TEST_CASE("a bound that is none of its counter is named") {
  CHECK(problems_of(kBase + "[expect]\nanswer_time_max = 5\n") ==
        "x.toml:9:19: expect.answer_time_max is no bound of this counter; write a time such as "
        "\"1.5s\", or { max = \"1.5s\" }");
  CHECK(problems_of(kBase + "[expect]\ncompleted = 5\n") ==
        "x.toml:9:1: unknown key \"completed\" in expect; did you mean \"complete\"?");
}

TEST_CASE("all problems are told at once") {
  const std::string lines = problems_of(kBase + "start = 5\nrequets = 3\n[proxy]\nworkers = 0\n");
  CHECK(std::count(lines.begin(), lines.end(), '\n') == 2);
}

TEST_CASE("malformed TOML is one problem with its place") {
  CHECK_THAT(problems_of("story = \"s\n"), Catch::StartsWith("x.toml:1:"));
}

TEST_CASE("overrides are checked like the file, and named by themselves") {
  CHECK(loaded(kBase, {"proxy.idle_timeout=9s"}).proxy.options.idle_timeout == 9s);
  CHECK(loaded(kBase, {"client.connections=77"}).clients[0].options.connections == 77);
  CHECK(problems_of(kBase, {"proxy.workers=99"}) ==
        "--set proxy.workers=99: proxy.workers is 99; write 1 to 64");
  CHECK(problems_of(kBase, {"proxy.wrokers=2"}) ==
        "--set proxy.wrokers=2: unknown key \"wrokers\" in proxy; did you mean \"workers\"?");
}
