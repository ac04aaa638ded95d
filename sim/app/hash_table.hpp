#pragma once
// HashTable: the hashes of many runs by scenario and seed, in a text file of one line a run, so
// that two builds can be compared:
//
//   # weir-sim hashes: scenario seed hash
//   half-close 1 0123456789abcdef
//
// Throws UsageError for files that cannot be read or are none of these.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>

namespace weir::sim::app {

class HashTable {
 public:
  using Key = std::pair<std::string, std::uint64_t>;  // scenario and seed

  static HashTable read(const std::string& path);
  void write(const std::string& path) const;  // whole, or not at all

  void set(const Key& key, std::uint64_t hash) { hashes_[key] = hash; }
  std::optional<std::uint64_t> find(const Key& key) const;

 private:
  std::map<Key, std::uint64_t> hashes_;
};

}  // namespace weir::sim::app
