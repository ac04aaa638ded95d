#include "config/value.hpp"

#include <catch2/catch.hpp>

using namespace weir::config;

namespace {

Value parsed(std::string_view text) {
  auto value = parse_toml(text, "x.toml", "docs/x.md");
  REQUIRE(value);
  return std::move(*value);
}

const Value& in(const Value& table, std::string_view key) {
  const Member* member = table.find(key);
  REQUIRE(member != nullptr);
  return member->value;
}

constexpr const char* kText = R"(
story = "s"
[proxy]
workers = 2
[[client]]
name = "a"
[[client]]
name = "b"
)";

}  // namespace

TEST_CASE("a parsed document knows where its keys and values stand") {
  const Value root = parsed("a = 1\n[b]\n  c = \"text\"\n");
  CHECK(in(root, "a").integer == 1);
  const Value& c = in(in(root, "b"), "c");
  CHECK(c.text == "text");
  CHECK(c.at.line == 3);
  CHECK(c.at.column == 7);
  CHECK(in(root, "b").find("c")->key_at.column == 3);
}

TEST_CASE("keys come in the order of the document") {
  const Value root = parsed("zebra = 1\napple = 2\n");
  CHECK(root.members[0].key == "zebra");
  CHECK(root.members[1].key == "apple");
}

TEST_CASE("malformed text is a problem with its place") {
  const auto value = parse_toml("a = 1\nb = = 2\n", "x.toml", "docs/x.md");
  REQUIRE_FALSE(value);
  CHECK(value.error().at.line == 2);
  CHECK_THAT(text_of(value.error()), Catch::StartsWith("x.toml:2:"));
}

TEST_CASE("malformed keys are problems, too") {
  for (const char* text : {"[[[", "[=]", "[\x22", "[a.=]", "[.a]", "a.=1", "=", "[[a]", "\x7f"}) {
    INFO(text);
    CHECK_FALSE(parse_toml(text, "x.toml", "docs/x.md"));
  }
}

TEST_CASE("characters that the library takes for impossible are read or refused like any other") {
  CHECK_FALSE(parse_toml("\xef\xb3\xbfkey = 1\n", "x.toml", "docs/x.md"));
  CHECK(parsed("s = \"\"\"\\\n\xc2\xa7\"\"\"\n").find("s")->value.text == "\xc2\xa7");
}

TEST_CASE("--set replaces and adds values, of every kind") {
  Value root = parsed(kText);
  REQUIRE(set_value(root, "proxy.workers=4"));
  REQUIRE(set_value(root, "proxy.idle_timeout=5s"));
  REQUIRE(set_value(root, "expect.complete={ min = 3 }"));
  REQUIRE(set_value(root, "proxy.flag=true"));
  CHECK(in(in(root, "proxy"), "workers").integer == 4);
  CHECK(in(in(root, "proxy"), "idle_timeout").text == "5s");
  CHECK(in(in(in(root, "expect"), "complete"), "min").integer == 3);
  CHECK(in(in(root, "proxy"), "flag").flag);
  CHECK(in(in(root, "proxy"), "workers").at.source == "--set proxy.workers=4");
}

TEST_CASE("--set reaches all tables of an array, or the one with a name") {
  Value root = parsed(kText);
  REQUIRE(set_value(root, "client.connections=9"));
  REQUIRE(set_value(root, "client.b.requests=7"));
  for (const Value& client : in(root, "client").items)
    CHECK(in(client, "connections").integer == 9);
  CHECK(in(root, "client").items[0].find("requests") == nullptr);
  CHECK(in(in(root, "client").items[1], "requests").integer == 7);
}

TEST_CASE("--set without an assignment is a problem") {
  Value root = parsed(kText);
  CHECK_FALSE(set_value(root, "proxy.workers"));
  CHECK_FALSE(set_value(root, "=4"));
  const auto through_a_number = set_value(root, "proxy.workers.x=4");
  REQUIRE_FALSE(through_a_number);
  CHECK_THAT(text_of(through_a_number.error()), Catch::StartsWith("--set proxy.workers.x=4: "));
}
