#include "sim/app/library.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <fmt/format.h>

#include "sim/scenario/load.hpp"

namespace weir::sim::app {

namespace fs = std::filesystem;

std::string default_directory() {
  std::error_code error;
  const fs::path binary = fs::read_symlink("/proc/self/exe", error);
  if (!error) {
    const fs::path installed = binary.parent_path() / "../share/weir/scenarios";
    if (fs::is_directory(installed, error)) return installed.lexically_normal().string();
  }
  return WEIR_SCENARIOS_DIR;
}

Library::Library(std::string directory)
    : directory_(directory.empty() ? default_directory() : std::move(directory)) {
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator(directory_, error)) {
    if (entry.path().extension() == ".toml") names_.push_back(entry.path().stem().string());
  }
  if (error) {
    throw UsageError(fmt::format("{}: {}; name the directory of the scenarios with --scenarios",
                                 directory_, error.message()));
  }
  std::ranges::sort(names_);
}

std::string Library::path_of(const std::string& name_or_path) const {
  const bool is_path =
      name_or_path.ends_with(".toml") || name_or_path.find('/') != std::string::npos;
  if (is_path) return name_or_path;
  if (std::ranges::find(names_, name_or_path) != names_.end()) {
    return (fs::path(directory_) / (name_or_path + ".toml")).string();
  }
  const std::string hint = names_.empty() ? fmt::format("there are none in {}", directory_)
                                          : config::suggest(name_or_path, names_);
  throw UsageError(
      fmt::format("there is no scenario \"{}\"; {} (a path ends in .toml)", name_or_path, hint));
}

scenario::Scenario Library::load(const std::string& name_or_path,
                                 const std::vector<std::string>& overrides) const {
  const std::string path = path_of(name_or_path);
  std::error_code error;
  if (fs::is_directory(path, error)) {
    throw UsageError(fmt::format("{}: is a directory; name a scenario file (*.toml)", path));
  }
  std::ifstream file(path, std::ios::binary);
  const std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  if (!file) {
    throw UsageError(
        fmt::format("{}: cannot be read; name a scenario file, or a scenario of "
                    "`weir-sim list`",
                    path));
  }
  auto loaded = scenario::load(text, path, overrides);
  if (loaded) return std::move(*loaded);
  std::string problems;
  for (const config::Problem& problem : loaded.error()) {
    problems += (problems.empty() ? "" : "\n") + config::text_of(problem);
  }
  throw UsageError(problems);
}

}  // namespace weir::sim::app
