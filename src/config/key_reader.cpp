#include "config/key_reader.hpp"

#include <fmt/format.h>

namespace weir::config {

void KeyReader::visit_count(const std::string& key, std::uint64_t& into, CountRange range,
                            const KeyDoc&) {
  table_.count(key, into, range);
}

void KeyReader::visit_size(const std::string& key, std::uint64_t& into, CountRange range,
                           const KeyDoc&) {
  table_.size(key, into, range);
}

void KeyReader::visit_choice(const std::string& key, std::size_t& into,
                             const std::vector<std::string>& names, const KeyDoc&) {
  table_.choice(key, into, names);
}

void KeyReader::duration(const std::string& key, Duration& into, DurationRange range,
                         const KeyDoc&) {
  table_.duration(key, into, range);
}

void KeyReader::flag(const std::string& key, bool& into, const KeyDoc&) { table_.flag(key, into); }

void KeyReader::visit_text(const std::string& key, const TextKey& text, const KeyDoc& doc) {
  const Value* value = table_.find(key);
  if (value != nullptr) return read_item(key, text, *value);
  if (doc.required) table_.require(key, "write " + text.range);
}

void KeyReader::read_item(const std::string& key, const TextKey& text, const Value& item) {
  std::string what;
  if (item.kind != Value::Kind::text) {
    what = fmt::format("is {}", name_of(item.kind));
  } else if (!text.take(item.text)) {
    what = fmt::format("is \"{}\"", item.text);
  } else {
    return;
  }
  table_.problems().push_back(
      Problem{item.at, fmt::format("{} {}", path_of(key), what), "write " + text.range});
}

void KeyReader::visit_texts(const std::string& key, const TextKey& text, std::size_t max,
                            const KeyDoc&) {
  const Value* value = table_.find(key);
  if (value == nullptr) return;
  if (value->kind != Value::Kind::array) {
    return table_.problem(key, fmt::format("is {}", name_of(value->kind)),
                          fmt::format("write an array of strings: [\"..\", \"..\"]"));
  }
  if (value->items.empty() || value->items.size() > max) {
    return table_.problem(key, fmt::format("has {} entries", value->items.size()),
                          fmt::format("write 1 to {}, or leave the key away", max));
  }
  for (const Value& item : value->items) read_item(key, text, item);
}

void KeyReader::visit_table(const std::string& key, const Describe& describe, const KeyDoc&) {
  const Value* value = table_.find(key);
  if (value == nullptr) return;
  if (value->kind != Value::Kind::table) {
    return table_.problem(key, fmt::format("is {}", name_of(value->kind)),
                          fmt::format("write [{}]", path_of(key)));
  }
  KeyReader reader(TableReader(*value, path_of(key), table_.problems()));
  describe(reader);
  reader.finish();
}

void KeyReader::visit_tables(const std::string& key, const Describe& describe_next,
                             CountRange range, const KeyDoc&) {
  const Value* value = table_.find(key);
  const std::string name = fmt::format("[[{}]]", path_of(key));
  if (value == nullptr) {
    if (range.min > 0) table_.require(key, fmt::format("write at least one {}", name));
    return;
  }
  if (value->kind != Value::Kind::array) {
    return table_.problem(key, fmt::format("is {}", name_of(value->kind)),
                          fmt::format("write {} for each", name));
  }
  if (value->items.size() < range.min || value->items.size() > range.max) {
    return table_.problem(key, fmt::format("has {} entries", value->items.size()),
                          fmt::format("write {} to {}", range.min, range.max));
  }
  for (const Value& item : value->items) {
    KeyReader reader(TableReader(item, path_of(key), table_.problems()));
    if (item.kind != Value::Kind::table) {
      table_.problems().push_back(Problem{item.at,
                                          fmt::format("{} is {}", path_of(key), name_of(item.kind)),
                                          fmt::format("write a table, as under {}", name)});
    }
    describe_next(reader);
    reader.finish();
  }
}

std::string KeyReader::path_of(const std::string& key) const {
  return table_.path().empty() ? key : fmt::format("{}.{}", table_.path(), key);
}

}  // namespace weir::config
