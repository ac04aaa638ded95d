#include "config/table_reader.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "config/units.hpp"

namespace weir::config {
namespace {

std::string text_of(DurationRange range) {
  return fmt::format("write \"{}\" to \"{}\"", to_string(range.min), to_string(range.max));
}

std::string size_remedy(CountRange range) {
  return fmt::format("write {} to {}, as an integer or a string such as \"64KiB\"",
                     size_text(range.min), size_text(range.max));
}

}  // namespace

TableReader::TableReader(const Value& table, std::string path, Problems& problems)
    : table_(table), path_(std::move(path)), problems_(problems) {}

const Value* TableReader::find(const std::string& key) {
  known_.push_back(key);
  const Member* member = table_.find(key);
  return member != nullptr ? &member->value : nullptr;
}

void TableReader::problem(const std::string& key, const std::string& message,
                          const std::string& remedy) {
  const Member* member = table_.find(key);
  const std::string name = path_.empty() ? key : fmt::format("{}.{}", path_, key);
  problems_.push_back(Problem{member != nullptr ? member->value.at : table_.at,
                              fmt::format("{} {}", name, message), remedy});
}

void TableReader::wrong_type(const std::string& key, const Value& value,
                             const std::string& wanted) {
  problem(key, fmt::format("is {}", name_of(value.kind)), "write " + wanted);
}

bool TableReader::read_count(const std::string& key, std::uint64_t& into, CountRange range) {
  const Value* value = find(key);
  if (value == nullptr) return false;
  const std::string remedy = fmt::format("write {} to {}", range.min, range.max);
  if (value->kind != Value::Kind::integer) {
    wrong_type(key, *value, fmt::format("an integer from {} to {}", range.min, range.max));
    return false;
  }
  const bool fits = value->integer >= 0 && std::uint64_t(value->integer) >= range.min &&
                    std::uint64_t(value->integer) <= range.max;
  if (!fits) problem(key, fmt::format("is {}", value->integer), remedy);
  into = static_cast<std::uint64_t>(value->integer);
  return fits;
}

bool TableReader::parse(const std::string& key, const Value& value, std::uint64_t& into,
                        CountRange range) {
  std::optional<std::uint64_t> bytes;
  if (value.kind == Value::Kind::integer && value.integer >= 0) {
    bytes = static_cast<std::uint64_t>(value.integer);
  } else if (value.kind == Value::Kind::text) {
    bytes = parse_size(value.text);
    if (!bytes) {
      problem(key, fmt::format("is \"{}\", which is no size", value.text), size_remedy(range));
      return false;
    }
  } else if (value.kind == Value::Kind::integer) {
    problem(key, fmt::format("is {}", value.integer), size_remedy(range));
    return false;
  } else {
    wrong_type(key, value, "an integer or a string such as \"64KiB\"");
    return false;
  }
  if (*bytes < range.min || *bytes > range.max) {
    problem(key, fmt::format("is {}", size_text(*bytes)), size_remedy(range));
    return false;
  }
  into = *bytes;
  return true;
}

bool TableReader::parse(const std::string& key, const Value& value, Duration& into,
                        DurationRange range) {
  if (value.kind != Value::Kind::text) {
    wrong_type(key, value, "a string with a unit, such as \"5ms\"");
    return false;
  }
  const std::optional<Duration> time = parse_duration(value.text);
  if (!time) {
    problem(key, fmt::format("is \"{}\", which is no time", value.text),
            "write a number with a unit: ns, us, ms, s, min or h");
    return false;
  }
  if (*time < range.min || *time > range.max) {
    problem(key, fmt::format("is {}", to_string(*time)), text_of(range));
    return false;
  }
  into = *time;
  return true;
}

void TableReader::size(const std::string& key, std::uint64_t& into, CountRange range) {
  if (const Value* value = find(key)) parse(key, *value, into, range);
}

void TableReader::size(const std::string& key, std::optional<std::uint64_t>& into,
                       CountRange range) {
  std::uint64_t bytes = 0;
  const Value* value = find(key);
  if (value != nullptr && parse(key, *value, bytes, range)) into = bytes;
}

void TableReader::duration(const std::string& key, Duration& into, DurationRange range) {
  if (const Value* value = find(key)) parse(key, *value, into, range);
}

void TableReader::duration(const std::string& key, std::optional<Duration>& into,
                           DurationRange range) {
  Duration time{0};
  const Value* value = find(key);
  if (value != nullptr && parse(key, *value, time, range)) into = time;
}

void TableReader::ratio(const std::string& key, Ratio& into) {
  const Value* value = find(key);
  if (value == nullptr) return;
  std::string text = value->text;
  if (value->kind == Value::Kind::integer) text = fmt::format("{}", value->integer);
  const std::optional<Ratio> parsed = parse_ratio(text);
  if (parsed) into = *parsed;
  if (parsed) return;
  problem(key,
          text.empty() ? fmt::format("is {}", name_of(value->kind))
                       : fmt::format("is \"{}\", which is no probability", text),
          "write a fraction such as \"1/20\", or a percentage such as \"5%\"");
}

void TableReader::flag(const std::string& key, bool& into) {
  const Value* value = find(key);
  if (value == nullptr) return;
  if (value->kind != Value::Kind::flag) return wrong_type(key, *value, "true or false");
  into = value->flag;
}

void TableReader::text(const std::string& key, std::string& into) {
  const Value* value = find(key);
  if (value == nullptr) return;
  if (value->kind != Value::Kind::text) return wrong_type(key, *value, "a string");
  into = value->text;
}

void TableReader::texts(const std::string& key, std::vector<std::string>& into) {
  const Value* value = find(key);
  if (value == nullptr) return;
  if (value->kind == Value::Kind::text) {
    into = {value->text};
    return;
  }
  const bool all_texts = value->kind == Value::Kind::array && !value->items.empty() &&
                         std::ranges::all_of(value->items, [](const Value& item) {
                           return item.kind == Value::Kind::text;
                         });
  if (!all_texts) return wrong_type(key, *value, "a string, or an array of strings");
  for (const Value& item : value->items) into.push_back(item.text);
}

bool TableReader::read_choice(const std::string& key, std::size_t& into,
                              const std::vector<std::string>& names) {
  const Value* value = find(key);
  if (value == nullptr) return false;
  if (value->kind != Value::Kind::text) {
    wrong_type(key, *value, "one of " + joined(names));
    return false;
  }
  const auto found = std::ranges::find(names, value->text);
  if (found == names.end()) {
    problem(key, fmt::format("is \"{}\"", value->text), suggest(value->text, names));
    return false;
  }
  into = static_cast<std::size_t>(found - names.begin());
  return true;
}

void TableReader::require(const std::string& key, const std::string& remedy) {
  if (has(key)) return;
  const std::string where = path_.empty() ? "the file" : path_;
  problems_.push_back(Problem{table_.at, fmt::format("{} has no {}", where, key), remedy});
}

void TableReader::only_if(bool condition, const std::string& key, const std::string& when) {
  if (!condition && has(key)) problem(key, "means nothing here", "it goes with " + when);
}

void TableReader::finish() {
  if (forgiven_) return;
  for (const Member& member : table_.members) {
    if (std::ranges::find(known_, member.key) != known_.end()) continue;
    const std::string where = path_.empty() ? "the file" : path_;
    problems_.push_back(Problem{member.key_at,
                                fmt::format("unknown key \"{}\" in {}", member.key, where),
                                suggest(member.key, known_)});
  }
}

}  // namespace weir::config
