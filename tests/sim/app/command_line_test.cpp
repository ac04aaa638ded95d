// weir-sim as its users see it: arguments in, text and exit status out.

#include <array>
#include <cstdio>
#include <string>

#include <catch2/catch.hpp>
#include <sys/wait.h>

#include "sim/app/temporary_directory.hpp"

using weir::sim::app::test::kGood;
using weir::sim::app::test::TemporaryDirectory;

namespace {

struct Result {
  int status = -1;
  std::string text;  // standard output and error
};

Result weir_sim(const std::string& arguments) {
  const std::string command = std::string(WEIR_SIM) + " " + arguments + " 2>&1";
  std::FILE* pipe = popen(command.c_str(), "r");
  REQUIRE(pipe != nullptr);
  Result result;
  std::array<char, 4096> buffer{};
  while (const std::size_t size = std::fread(buffer.data(), 1, buffer.size(), pipe)) {
    result.text.append(buffer.data(), size);
  }
  result.status = WEXITSTATUS(pclose(pipe));
  return result;
}

// What stands behind `word` on its line.
std::string behind(const std::string& text, const std::string& word) {
  const std::size_t at = text.find("\n" + word + " ");
  if (at == std::string::npos) return "";
  const std::size_t from = at + word.size() + 2;
  return text.substr(from, text.find('\n', from) - from);
}

}  // namespace

TEST_CASE("run prints seed, hash, speed, each oracle and the verdict") {
  const Result result = weir_sim("run half-close --seed 7");
  CHECK(result.status == 0);
  CHECK(behind(result.text, "seed") == "7");
  CHECK(behind(result.text, "hash").size() == 16);
  CHECK_THAT(result.text, Catch::StartsWith("scenario half-close: "));
  CHECK_THAT(result.text, Catch::Contains("virtual seconds a second"));
  CHECK_THAT(result.text, Catch::Contains("bytes-exact          holds: "));
  CHECK_THAT(result.text, Catch::EndsWith("verdict: passed\n"));
  CHECK(behind(weir_sim("run half-close --seed 7").text, "hash") == behind(result.text, "hash"));
}

TEST_CASE("a run that fails says so, and how to see it again") {
  const Result result = weir_sim("run half-close --seed 7 --set expect.reset=5");
  CHECK(result.status == 1);
  CHECK_THAT(result.text, Catch::Contains("expected             VIOLATED"));
  CHECK_THAT(result.text, Catch::EndsWith("verdict: FAILED\nreplay:  weir-sim run half-close "
                                          "--seed 7 --set expect.reset=5\n"));
}

TEST_CASE("many seeds are one line, and stop at the first failure") {
  const Result passed = weir_sim("run half-close --seeds 3");
  CHECK(passed.status == 0);
  CHECK_THAT(passed.text, Catch::StartsWith("half-close: 3 seeds from 1 passed, combined hash "));
  const Result failed = weir_sim("run half-close --seed 4 --seeds 3 --set expect.reset=5");
  CHECK(failed.status == 1);
  CHECK_THAT(failed.text, Catch::Contains("seed 4 failed after 0 that passed"));
  CHECK_THAT(failed.text, Catch::Contains("replay:  weir-sim run half-close --seed 4"));
}

TEST_CASE("events are written to a file") {
  const TemporaryDirectory directory;
  const Result result = weir_sim("run half-close --events " + directory.path("e.jsonl"));
  CHECK(result.status == 0);
  const std::string events = directory.read("e.jsonl");
  CHECK_THAT(events, Catch::StartsWith("{\"t\":0,\"n\":0,\"kind\":"));
  CHECK(directory.files() == 1);
}

TEST_CASE("wrong usage exits with 2 and says what to write") {
  const auto wrong = [](const std::string& arguments) {
    const Result result = weir_sim(arguments);
    INFO(arguments << "\n" << result.text);
    CHECK(result.status == 2);
    return result.text;
  };
  CHECK_THAT(wrong(""), Catch::Contains("a command is missing"));
  CHECK_THAT(wrong("rnu half-close"), Catch::Contains("rnu"));
  CHECK_THAT(wrong("run"), Catch::Contains("scenario"));
  CHECK_THAT(wrong("run half-closed"), Catch::Contains("did you mean \"half-close\"?"));
  CHECK_THAT(wrong("run half-close --sed 3"), Catch::Contains("--sed"));
  CHECK_THAT(wrong("run half-close --seed x"), Catch::Contains("--seed"));
  CHECK_THAT(wrong("run half-close --seeds 0"), Catch::Contains("--seeds"));
  CHECK_THAT(wrong("run half-close --set proxy.workers=0"),
             Catch::Contains("--set proxy.workers=0: proxy.workers is 0; write 1 to 64"));
  CHECK_THAT(wrong("run ./nowhere.toml"), Catch::Contains("./nowhere.toml: cannot be read"));
  CHECK_THAT(wrong("run half-close --events /nowhere/e"), Catch::Contains("/nowhere/e"));
  CHECK_THAT(wrong("bench everything"), Catch::Contains("everything"));
  CHECK_THAT(wrong("list --scenarios /nowhere"), Catch::Contains("--scenarios"));
}

TEST_CASE("list shows each scenario with its story, and what is wrong with others") {
  const TemporaryDirectory directory;
  directory.write("good.toml", kGood);
  const Result good = weir_sim("list --scenarios " + directory.path("."));
  CHECK(good.status == 0);
  CHECK(good.text == "good                     a small one\n");
  directory.write("bad.toml", "story = 5\n");
  const Result bad = weir_sim("list --scenarios " + directory.path("."));
  CHECK(bad.status == 2);
  CHECK_THAT(bad.text, Catch::Contains("bad.toml:1:9: story is an integer; write a string"));
  CHECK_THAT(bad.text, Catch::Contains("good                     a small one\n"));
}

TEST_CASE("check-determinism compares runs with each other and with a file") {
  const TemporaryDirectory directory;
  const std::string hashes = directory.path("h.txt");
  const Result wrote = weir_sim("check-determinism half-close --seeds 3 --write " + hashes);
  CHECK(wrote.status == 0);
  CHECK_THAT(wrote.text, Catch::Contains("half-close: 3 seeds from 1, each twice the same"));
  const Result same = weir_sim("check-determinism half-close --seeds 3 --once --compare " + hashes);
  CHECK(same.status == 0);
  CHECK_THAT(same.text, Catch::Contains("the same as in"));

  directory.write("h.txt", "half-close 1 1234\n");
  const Result other = weir_sim("check-determinism half-close --seeds 1 --compare " + hashes);
  CHECK(other.status == 1);
  CHECK_THAT(other.text, Catch::Contains("half-close: seed 1 differs: "));
  CHECK_THAT(other.text, Catch::Contains("0000000000001234 in "));
  const Result missing =
      weir_sim("check-determinism half-close --seeds 2 --seed 5 --compare " + hashes);
  CHECK(missing.status == 2);
  CHECK_THAT(missing.text, Catch::Contains("has no hash of half-close with seed 5"));
}

TEST_CASE("help is complete and has an example for each command") {
  for (const std::string command : {"", "list", "run", "check-determinism", "bench"}) {
    const Result result = weir_sim(command + " --help");
    INFO(command);
    CHECK(result.status == 0);
    CHECK_THAT(result.text, Catch::Contains("Example: "));
  }
}
