#include <catch2/catch.hpp>

#include "config/key_list.hpp"
#include "config/texts.hpp"

using namespace weir::config;

namespace {

// The part of docs/reference/config.md that says what the code says.
std::string reference() {
  std::string text;
  for (const KeySection& section : list_keys()) {
    text += section.header.empty() ? "### At the top\n\n" : "### `" + section.header + "`\n\n";
    text += section.about + "\n\n| key | type | default | what it may be | what it does |\n" +
            "|---|---|---|---|---|\n";
    for (const KeyFacts& key : section.keys) {
      text += "| `" + key.key + "` | " + key.type + " | " + key.default_text + " | " + key.range +
              " | " + key.about + " |\n";
    }
    text += "\n";
  }
  return text;
}

}  // namespace

TEST_CASE("the reference lists every key as the code knows it") {
  const std::string page = file("docs/reference/config.md");
  const std::string begin = "<!-- keys: begin -->\n\n";
  const std::size_t from = page.find(begin);
  const std::size_t to = page.find("<!-- keys: end -->");
  REQUIRE(from != std::string::npos);
  REQUIRE(to != std::string::npos);
  CHECK(page.substr(from + begin.size(), to - from - begin.size()) == reference());
}

TEST_CASE("the full example shows every key") {
  const std::string text = example("full.toml");
  for (const KeySection& section : list_keys()) {
    for (const KeyFacts& key : section.keys) {
      INFO(section.header << " " << key.key);
      CHECK(text.find(key.key + " = ") != std::string::npos);
    }
  }
}

TEST_CASE("a default that is a value is one that may be written") {
  for (const KeySection& section : list_keys()) {
    for (const KeyFacts& key : section.keys) {
      INFO(section.header << " " << key.key);
      CHECK_FALSE(key.type.empty());
      CHECK_FALSE(key.range.empty());
      CHECK(key.about.ends_with('.'));
    }
  }
}
