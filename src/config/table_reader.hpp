#pragma once
// TableReader: reads the keys of one table into variables, and collects what is wrong: wrong types,
// values out of range, unknown keys.
//
//   TableReader table(value, "proxy", problems);
//   table.count("workers", plan.workers, {1, 64});
//   table.duration("idle_timeout", options.idle_timeout, {1ms, 24h});
//   table.finish();                       // now keys that nobody asked for are problems
//
// A key that is not there leaves its variable as it is: the variable's value is the default.

#include <concepts>
#include <optional>
#include <string>
#include <vector>

#include "base/random.hpp"
#include "base/time.hpp"
#include "config/value.hpp"

namespace weir::config {

struct CountRange {
  std::uint64_t min = 0;
  std::uint64_t max = 0;
};

struct DurationRange {
  Duration min{0};
  Duration max = std::chrono::hours(24);
};

class TableReader {
 public:
  // `path` is how messages call the table: "proxy", "client web"; "" is the file itself.
  TableReader(const Value& table, std::string path, Problems& problems);

  bool has(const std::string& key) const { return table_.find(key) != nullptr; }
  const Value* find(const std::string& key);  // null when it is not there; known from now on
  void known(const std::string& key) { find(key); }

  template <std::integral Integer>
  void count(const std::string& key, Integer& into, CountRange range) {
    std::uint64_t value = 0;
    if (read_count(key, value, range)) into = static_cast<Integer>(value);
  }
  void size(const std::string& key, std::uint64_t& into, CountRange range);
  void size(const std::string& key, std::optional<std::uint64_t>& into, CountRange range);
  void duration(const std::string& key, Duration& into, DurationRange range);
  void duration(const std::string& key, std::optional<Duration>& into, DurationRange range);
  void ratio(const std::string& key, Ratio& into);
  void flag(const std::string& key, bool& into);
  void text(const std::string& key, std::string& into);
  void texts(const std::string& key, std::vector<std::string>& into);  // one string, or an array

  // The place in `names` of the word that stands there. False: a word stands there that is none.
  template <class Enum>
  bool choice(const std::string& key, Enum& into, const std::vector<std::string>& names) {
    std::size_t place = 0;
    const bool read = read_choice(key, place, names);
    if (read) into = static_cast<Enum>(place);
    return read || !has(key);
  }

  void require(const std::string& key, const std::string& remedy);  // it must be there
  // It may be there only if `condition`; otherwise `when` says when it could.
  void only_if(bool condition, const std::string& key, const std::string& when);

  void finish();
  void forgive() noexcept { forgiven_ = true; }  // finish() says nothing: the table is misread

  // `<path>.<key> <message>; <remedy>`, at the value of `key` if there is one.
  void problem(const std::string& key, const std::string& message, const std::string& remedy);
  const std::string& path() const noexcept { return path_; }
  Problems& problems() noexcept { return problems_; }

 private:
  bool read_count(const std::string& key, std::uint64_t& into, CountRange range);
  bool read_choice(const std::string& key, std::size_t& into,
                   const std::vector<std::string>& names);
  bool parse(const std::string& key, const Value& value, Duration& into, DurationRange range);
  bool parse(const std::string& key, const Value& value, std::uint64_t& into, CountRange range);
  void wrong_type(const std::string& key, const Value& value, const std::string& wanted);

  const Value& table_;
  std::string path_;
  Problems& problems_;
  std::vector<std::string> known_;
  bool forgiven_ = false;
};

}  // namespace weir::config
