#include "config/value.hpp"

#define TOML_EXCEPTIONS 0
// The library asserts on bad input ("[[[") that the code behind the assertion refuses; and where
// NDEBUG is set it makes assumptions of them, after which anything may happen.
#undef NDEBUG
#define TOML_ASSERT(expression) static_assert(true)
#define TOML_ENABLE_WINDOWS_COMPAT 0
#include <algorithm>

#include <fmt/format.h>
#include <toml++/toml.h>

namespace weir::config {
namespace {

Location location_of(const toml::source_region& region, const std::string& source) {
  return Location{source, region.begin.line, region.begin.column};
}

Value convert(const toml::node& node, const std::string& source);

void convert_table(const toml::table& table, const std::string& source, Value& into) {
  for (const auto& [key, node] : table) {
    Member& member = into.members.emplace_back();
    member.key = std::string(key.str());
    member.key_at = location_of(key.source(), source);
    member.value = convert(node, source);
  }
  std::stable_sort(into.members.begin(), into.members.end(), [](const Member& a, const Member& b) {
    return std::pair(a.key_at.line, a.key_at.column) < std::pair(b.key_at.line, b.key_at.column);
  });
}

Value convert(const toml::node& node, const std::string& source) {
  Value value;
  value.at = location_of(node.source(), source);
  if (const auto* text = node.as_string()) {
    value.kind = Value::Kind::text;
    value.text = text->get();
  } else if (const auto* integer = node.as_integer()) {
    value.kind = Value::Kind::integer;
    value.integer = integer->get();
  } else if (const auto* flag = node.as_boolean()) {
    value.kind = Value::Kind::flag;
    value.flag = flag->get();
  } else if (const auto* array = node.as_array()) {
    value.kind = Value::Kind::array;
    for (const toml::node& item : *array) value.items.push_back(convert(item, source));
  } else if (const auto* table = node.as_table()) {
    value.kind = Value::Kind::table;
    convert_table(*table, source, value);
  }
  return value;
}

// What the part of a path means in an array of tables: one of them by name, or none.
Value* named_item(Value& array, std::string_view name) {
  for (Value& item : array.items) {
    const Member* member = item.find("name");
    if (member != nullptr && member->value.text == name) return &item;
  }
  return nullptr;
}

std::expected<void, Problem> set_path(Value& at, std::string_view path, const Value& value) {
  const std::size_t dot = path.find('.');
  const std::string key(path.substr(0, dot));
  const bool is_last = dot == std::string_view::npos;
  if (at.kind == Value::Kind::array) {
    if (Value* named = is_last ? nullptr : named_item(at, key)) {
      return set_path(*named, path.substr(dot + 1), value);
    }
    for (Value& item : at.items) {
      if (auto done = set_path(item, path, value); !done) return done;
    }
    return {};
  }
  if (at.kind != Value::Kind::table || key.empty()) {
    return std::unexpected(Problem{value.at, fmt::format("there is no key \"{}\" here", key),
                                   "write a dotted path such as proxy.idle_timeout=5s"});
  }
  Value& next = at.at_key(key, value.at);
  if (!is_last) return set_path(next, path.substr(dot + 1), value);
  next = value;
  return {};
}

void relocate(Value& value, const Location& at) {
  value.at = at;
  for (Value& item : value.items) relocate(item, at);
  for (Member& member : value.members) {
    member.key_at = at;
    relocate(member.value, at);
  }
}

}  // namespace

std::expected<Value, Problem> parse_toml(std::string_view text, const std::string& source,
                                         const std::string& reference) {
  const toml::parse_result parsed = toml::parse(text, source);
  if (!parsed) {
    return std::unexpected(Problem{location_of(parsed.error().source(), source),
                                   std::string(parsed.error().description()),
                                   fmt::format("see {} for the format", reference)});
  }
  return convert(parsed.table(), source);
}

std::expected<void, Problem> set_value(Value& root, std::string_view assignment) {
  const Location at{fmt::format("--set {}", assignment), 0, 0};
  const std::size_t equals = assignment.find('=');
  if (equals == std::string_view::npos || equals == 0) {
    return std::unexpected(
        Problem{at, "this is no assignment", "write KEY=VALUE, such as proxy.idle_timeout=5s"});
  }
  const std::string text(assignment.substr(equals + 1));
  Value value;
  const std::expected<Value, Problem> parsed = parse_toml("value = " + text, at.source, "");
  if (parsed && parsed->members.size() == 1) {
    value = parsed->members.front().value;
  } else {
    value.kind = Value::Kind::text;
    value.text = text;
  }
  relocate(value, at);
  return set_path(root, assignment.substr(0, equals), value);
}

const Member* Value::find(std::string_view key) const noexcept {
  const auto found = std::ranges::find(members, key, &Member::key);
  return found != members.end() ? &*found : nullptr;
}

Value& Value::at_key(const std::string& key, const Location& where) {
  const auto found = std::ranges::find(members, key, &Member::key);
  if (found != members.end()) return found->value;
  Member& added = members.emplace_back();
  added.key = key;
  added.key_at = where;
  added.value.kind = Kind::table;
  added.value.at = where;
  return added.value;
}

const char* name_of(Value::Kind kind) noexcept {
  switch (kind) {
    case Value::Kind::text: return "a string";
    case Value::Kind::integer: return "an integer";
    case Value::Kind::flag: return "a boolean";
    case Value::Kind::array: return "an array";
    case Value::Kind::table: return "a table";
    case Value::Kind::other: return "a value of another type";
  }
  return "a value";
}

}  // namespace weir::config
