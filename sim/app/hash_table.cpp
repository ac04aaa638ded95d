#include "sim/app/hash_table.hpp"

#include <cstdio>
#include <fstream>
#include <sstream>

#include <fmt/format.h>
#include <unistd.h>

#include "sim/app/library.hpp"

namespace weir::sim::app {

HashTable HashTable::read(const std::string& path) {
  std::ifstream file(path);
  if (!file) {
    throw UsageError(
        fmt::format("{}: cannot be read; write it with `weir-sim check-determinism "
                    "--write {}` of the other build",
                    path, path));
  }
  HashTable table;
  std::string line;
  for (std::size_t number = 1; std::getline(file, line); ++number) {
    if (line.empty() || line[0] == '#') continue;
    std::istringstream words(line);
    std::string scenario;
    std::uint64_t seed = 0;
    std::uint64_t hash = 0;
    std::string rest;
    const bool three = static_cast<bool>(words >> scenario >> seed >> std::hex >> hash);
    if (!three || words >> rest) {
      throw UsageError(fmt::format("{}:{}:1: this is no line of hashes; write SCENARIO SEED HASH",
                                   path, number));
    }
    table.set({scenario, seed}, hash);
  }
  return table;
}

void HashTable::write(const std::string& path) const {
  const std::string written_as = fmt::format("{}.{}.part", path, getpid());
  std::ofstream file(written_as);
  file << "# weir-sim hashes: scenario seed hash\n";
  for (const auto& [key, hash] : hashes_) {
    file << fmt::format("{} {} {:016x}\n", key.first, key.second, hash);
  }
  file.close();
  if (file && std::rename(written_as.c_str(), path.c_str()) == 0) return;
  std::remove(written_as.c_str());
  throw UsageError(fmt::format("{}: cannot be written; name another file with --write", path));
}

std::optional<std::uint64_t> HashTable::find(const Key& key) const {
  const auto found = hashes_.find(key);
  if (found == hashes_.end()) return std::nullopt;
  return found->second;
}

}  // namespace weir::sim::app
