#include "config/table_reader.hpp"

#include <catch2/catch.hpp>

using namespace weir;
using namespace weir::config;
using namespace std::chrono_literals;

namespace {

struct Read {
  std::uint32_t workers = 1;
  std::uint64_t bytes = 7;
  Duration timeout = 5s;
  bool flag = false;
  std::string word = "w";
  std::vector<std::string> words;
  std::string problems;
};

Read read(const std::string& text) {
  const auto root = parse_toml(text, "x.toml", "docs/x.md");
  REQUIRE(root);
  Read into;
  Problems problems;
  TableReader table(*root, "", problems);
  table.count("workers", into.workers, {1, 64});
  table.size("bytes", into.bytes, {1, 1 << 20});
  table.duration("timeout", into.timeout, {1ms, 24h});
  table.flag("flag", into.flag);
  table.text("word", into.word);
  table.texts("words", into.words);
  table.finish();
  for (const Problem& problem : problems) into.problems += text_of(problem) + "\n";
  return into;
}

}  // namespace

TEST_CASE("keys that are not there leave their variables alone") {
  const Read into = read("");
  CHECK(into.workers == 1);
  CHECK(into.bytes == 7);
  CHECK(into.timeout == 5s);
  CHECK(into.problems.empty());
}

TEST_CASE("keys that are there are read") {
  const Read into = read(
      "workers = 4\nbytes = \"64KiB\"\ntimeout = \"1.5s\"\nflag = true\nword = \"v\"\n"
      "words = [\"a\", \"b\"]\n");
  CHECK(into.problems.empty());
  CHECK(into.workers == 4);
  CHECK(into.bytes == 65536);
  CHECK(into.timeout == 1500ms);
  CHECK(into.flag);
  CHECK(into.word == "v");
  CHECK(into.words == std::vector<std::string>{"a", "b"});
}

TEST_CASE("all that is wrong is told, each with its place and its remedy") {
  CHECK(read("workers = 65\nbytes = \"2MiB\"\ntimeout = 5\nflag = 1\nword = 1\nwrods = 1\n")
            .problems ==
        "x.toml:1:11: workers is 65; write 1 to 64\n"
        "x.toml:2:9: bytes is 2MiB; write 1 to 1MiB, as an integer or a string such as "
        "\"64KiB\"\n"
        "x.toml:3:11: timeout is an integer; write a string with a unit, such as \"5ms\"\n"
        "x.toml:4:8: flag is an integer; write true or false\n"
        "x.toml:5:8: word is an integer; write a string\n"
        "x.toml:6:1: unknown key \"wrods\" in the file; did you mean \"words\"?\n");
}

TEST_CASE("a time out of range is told with the range") {
  CHECK(read("timeout = \"25h\"\n").problems ==
        "x.toml:1:11: timeout is 25h; write \"1ms\" to \"24h\"\n");
}
