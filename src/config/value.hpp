#pragma once
// Value: a parsed TOML document as a plain tree in which every value and every key knows where it
// stands, so that problems can name the place.
//
//   const std::expected<Value, Problem> root = parse_toml(text, "x.toml", "docs/x.md");
//   if (const Problem* p = set_value(*root, "proxy.workers=4", ...)) ...
//
// Only value.cpp knows the TOML library.

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "config/problem.hpp"

namespace weir::config {

struct Member;

struct Value {
  enum class Kind : std::uint8_t { text, integer, flag, array, table, other };

  Kind kind = Kind::other;  // other: a float, a date or a time, which no key takes
  Location at;
  std::string text;
  std::int64_t integer = 0;
  bool flag = false;
  std::vector<Value> items;     // of an array
  std::vector<Member> members;  // of a table, in the order of the document

  const Member* find(std::string_view key) const noexcept;
  Value& at_key(const std::string& key, const Location& where);  // added as a table if missing
};

struct Member {
  std::string key;
  Location key_at;
  Value value;
};

const char* name_of(Value::Kind kind) noexcept;  // "a string", "an integer", ...

// `source` names the text in problems, `reference` the page that describes the format.
std::expected<Value, Problem> parse_toml(std::string_view text, const std::string& source,
                                         const std::string& reference);

// Carries out `--set KEY=VALUE`: KEY is a dotted path from the root; in an array of tables the next
// part is the `name` of one of them, or the path goes on in all of them. VALUE is TOML, or else a
// string.
std::expected<void, Problem> set_value(Value& root, std::string_view assignment);

}  // namespace weir::config
