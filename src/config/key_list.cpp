#include "config/key_list.hpp"

#include <fmt/format.h>

#include "config/schema.hpp"
#include "config/units.hpp"

namespace weir::config {
namespace {

class KeyList final : public Keys {
 public:
  KeyList(std::vector<KeySection>& sections, const std::string& header, const std::string& path,
          const std::string& about)
      : sections_(sections), own_(sections.size()), path_(path) {
    sections_.push_back({header, about, {}});
  }

  void duration(const std::string& key, Duration& into, DurationRange range,
                const KeyDoc& doc) override {
    add(key, "time", to_string(into),
        fmt::format("{} to {}", to_string(range.min), to_string(range.max)), doc);
  }
  void flag(const std::string& key, bool& into, const KeyDoc& doc) override {
    add(key, "boolean", into ? "true" : "false", "true or false", doc);
  }

 protected:
  void visit_count(const std::string& key, std::uint64_t& into, CountRange range,
                   const KeyDoc& doc) override {
    add(key, "integer", fmt::format("{}", into), fmt::format("{} to {}", range.min, range.max),
        doc);
  }
  void visit_size(const std::string& key, std::uint64_t& into, CountRange range,
                  const KeyDoc& doc) override {
    add(key, "size", size_text(into),
        fmt::format("{} to {}", size_text(range.min), size_text(range.max)), doc);
  }
  void visit_choice(const std::string& key, std::size_t& into,
                    const std::vector<std::string>& names, const KeyDoc& doc) override {
    std::string range;
    for (const std::string& name : names) {
      range += fmt::format("{}\"{}\"", range.empty() ? "" : ", ", name);
    }
    add(key, "word", names[into], range, doc);
  }
  void visit_text(const std::string& key, const TextKey& text, const KeyDoc& doc) override {
    add(key, text.type, text.default_text, text.range, doc);
  }
  void visit_texts(const std::string& key, const TextKey& text, std::size_t max,
                   const KeyDoc& doc) override {
    add(key, "array", "", fmt::format("1 to {}, each {}", max, text.range), doc);
  }
  void visit_table(const std::string& key, const Describe& describe, const KeyDoc& doc) override {
    list("[{}]", key, describe, doc.about);
  }
  void visit_tables(const std::string& key, const Describe& describe_next, CountRange range,
                    const KeyDoc& doc) override {
    list("[[{}]]", key, describe_next,
         fmt::format("{} {} to {} of them.", doc.about, range.min, range.max));
  }

 private:
  void add(const std::string& key, const std::string& type, const std::string& value,
           const std::string& range, const KeyDoc& doc) {
    std::string default_text = doc.default_text.empty() ? value : doc.default_text;
    if (doc.required) default_text = "required";
    sections_[own_].keys.push_back({key, type, default_text, range, doc.about});
  }

  void list(const char* header, const std::string& key, const Describe& describe,
            const std::string& about) {
    const std::string path = path_.empty() ? key : fmt::format("{}.{}", path_, key);
    KeyList inner(sections_, fmt::format(fmt::runtime(header), path), path, about);
    describe(inner);
  }

  std::vector<KeySection>& sections_;
  std::size_t own_;
  std::string path_;
};

}  // namespace

std::vector<KeySection> list_keys() {
  std::vector<KeySection> sections;
  Config config;
  KeyList list(sections, "", "", "What is not said of a listener, route or cluster.");
  describe(list, config);
  return sections;
}

}  // namespace weir::config
