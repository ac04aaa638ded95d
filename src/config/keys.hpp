#pragma once
// Keys: a visitor of the keys of a configuration. schema.cpp shows it every key once, with its
// variable, its range and its description; what is done with them is up to the visitor: KeyReader
// reads a document into the variables, KeyList lists the keys for the reference.
//
//   keys.count("workers", config.workers, {0, 256}, {"Threads; 0 is one for each processor."});
//
// The value that a variable has before is its default.

#include <concepts>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "config/table_reader.hpp"

namespace weir::config {

struct KeyDoc {
  std::string about;  // for the reference: what it does, in Markdown
  bool required = false;
  std::string default_text = {};  // where the variable's value does not say it
};

// How a value that is written as a string looks: its type, what it may be, and how it is read and
// written.
template <class T>
struct Form {
  std::string type;
  std::string range;  // for the reference, and behind "write ..." in problems
  std::function<std::optional<T>(const std::string&)> parse;
  std::function<std::string(const T&)> print;
};

class Keys {
 public:
  using Describe = std::function<void(Keys&)>;

  // What every visitor sees of a Form.
  struct TextKey {
    std::string type;
    std::string range;
    std::string default_text;
    std::function<bool(const std::string&)> take;  // false: it has not the form
  };

  virtual ~Keys() = default;

  template <std::integral Integer>
  void count(const std::string& key, Integer& into, CountRange range, const KeyDoc& doc) {
    std::uint64_t value = into;
    visit_count(key, value, range, doc);
    into = static_cast<Integer>(value);
  }
  template <std::integral Integer>
  void size(const std::string& key, Integer& into, CountRange range, const KeyDoc& doc) {
    std::uint64_t value = into;
    visit_size(key, value, range, doc);
    into = static_cast<Integer>(value);
  }
  template <class Enum>
  void choice(const std::string& key, Enum& into, const std::vector<std::string>& names,
              const KeyDoc& doc) {
    std::size_t place = static_cast<std::size_t>(into);
    visit_choice(key, place, names, doc);
    into = static_cast<Enum>(place);
  }
  virtual void duration(const std::string& key, Duration& into, DurationRange range,
                        const KeyDoc& doc) = 0;
  virtual void flag(const std::string& key, bool& into, const KeyDoc& doc) = 0;

  template <class T>
  void text(const std::string& key, T& into, const Form<T>& form, const KeyDoc& doc) {
    visit_text(key, {form.type, form.range, form.print(into), take_into(into, form)}, doc);
  }
  template <class T>
  void text(const std::string& key, std::optional<T>& into, const Form<T>& form,
            const KeyDoc& doc) {
    visit_text(key, {form.type, form.range, into ? form.print(*into) : "", take_into(into, form)},
               doc);
  }
  // An array of such strings.
  template <class T>
  void texts(const std::string& key, std::vector<T>& into, const Form<T>& form, std::size_t max,
             const KeyDoc& doc) {
    const auto take = [&into, &form](const std::string& text) {
      const std::optional<T> value = form.parse(text);
      if (value) into.push_back(*value);
      return value.has_value();
    };
    visit_texts(key, {form.type, form.range, "", take}, max, doc);
  }

  template <class T>
  void table(const std::string& key, T& into, void (*describe)(Keys&, T&), const KeyDoc& doc) {
    visit_table(key, [&](Keys& keys) { describe(keys, into); }, doc);
  }
  template <class T>
  void table(const std::string& key, std::optional<T>& into, void (*describe)(Keys&, T&),
             const KeyDoc& doc) {
    visit_table(key, [&](Keys& keys) { describe(keys, into.emplace()); }, doc);
  }
  // An array of tables, [[key]], of which there are from `range.min` to `range.max`.
  template <class T>
  void tables(const std::string& key, std::vector<T>& into, void (*describe)(Keys&, T&),
              CountRange range, const KeyDoc& doc) {
    visit_tables(key, [&](Keys& keys) { describe(keys, into.emplace_back()); }, range, doc);
  }

 protected:
  virtual void visit_count(const std::string& key, std::uint64_t& into, CountRange range,
                           const KeyDoc& doc) = 0;
  virtual void visit_size(const std::string& key, std::uint64_t& into, CountRange range,
                          const KeyDoc& doc) = 0;
  virtual void visit_choice(const std::string& key, std::size_t& into,
                            const std::vector<std::string>& names, const KeyDoc& doc) = 0;
  virtual void visit_text(const std::string& key, const TextKey& text, const KeyDoc& doc) = 0;
  virtual void visit_texts(const std::string& key, const TextKey& text, std::size_t max,
                           const KeyDoc& doc) = 0;
  virtual void visit_table(const std::string& key, const Describe& describe, const KeyDoc& doc) = 0;
  virtual void visit_tables(const std::string& key, const Describe& describe_next, CountRange range,
                            const KeyDoc& doc) = 0;

 private:
  template <class Into, class T>
  static std::function<bool(const std::string&)> take_into(Into& into, const Form<T>& form) {
    return [&into, &form](const std::string& text) {
      const std::optional<T> value = form.parse(text);
      if (value) into = *value;
      return value.has_value();
    };
  }
};

}  // namespace weir::config
