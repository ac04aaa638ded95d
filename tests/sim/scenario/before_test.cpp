// What a scenario is about makes the difference: its comment says how to do without, in lines
// "# Before: --set KEY=VALUE ..", and then it must fail.

#include <filesystem>
#include <fstream>
#include <sstream>

#include <catch2/catch.hpp>

#include "sim/scenario/load.hpp"
#include "sim/scenario/simulation.hpp"
#include "support/seed.hpp"

using namespace weir;
using namespace weir::sim;
using namespace weir::sim::scenario;

namespace {

std::string text_of_file(const std::filesystem::path& path) {
  std::ifstream file(path);
  return std::string((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
}

// Of each such line its assignments.
std::vector<std::vector<std::string>> befores_of(const std::string& text) {
  std::vector<std::vector<std::string>> befores;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with("# Before: ")) continue;
    std::istringstream words(line.substr(10));
    std::vector<std::string>& assignments = befores.emplace_back();
    for (std::string word; words >> word;) {
      if (word != "--set") assignments.push_back(word);
    }
  }
  return befores;
}

}  // namespace

TEST_CASE("a scenario without what cures it fails, on every seed") {
  std::size_t befores = 0;
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::directory_iterator(WEIR_SCENARIOS_DIR)) {
    if (entry.path().extension() == ".toml") paths.push_back(entry.path());
  }
  std::ranges::sort(paths);
  for (const std::filesystem::path& path : paths) {
    const std::string text = text_of_file(path);
    for (const std::vector<std::string>& before : befores_of(text)) {
      ++befores;
      const auto scenario = load(text, path.string(), before);
      if (!scenario) FAIL(text_of(scenario.error().front()));
      for (std::uint64_t i = 0; i < 3; ++i) {
        INFO(path.stem() << " --set " << before.front() << ", seed " << test::seed() + i);
        CHECK_FALSE(run(*scenario, {.seed = test::seed() + i}).passed);
      }
    }
  }
  CHECK(befores >= 32);
}
