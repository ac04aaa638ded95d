#include "config/load.hpp"

#include <algorithm>
#include <tuple>

#include <fmt/format.h>

#include "config/check.hpp"
#include "config/key_reader.hpp"
#include "config/schema.hpp"

namespace weir::config {
namespace {

// The names of what was given none.
void name_the_nameless(Config& config) {
  for (std::size_t i = 0; i < config.routes.size(); ++i) {
    std::string& name = config.routes[i].name;
    if (name.empty()) name = fmt::format("route-{}", i + 1);
  }
  for (Cluster& cluster : config.clusters) {
    for (Backend& backend : cluster.backends) {
      if (backend.name.empty() && backend.address.port != 0) {
        backend.name = to_string(backend.address);
      }
    }
  }
}

void sort_by_place(Problems& problems) {
  std::stable_sort(problems.begin(), problems.end(), [](const Problem& a, const Problem& b) {
    return std::tie(a.at.line, a.at.column) < std::tie(b.at.line, b.at.column);
  });
}

}  // namespace

Loaded load(std::string_view text, const std::string& source) {
  Loaded loaded;
  const std::expected<Value, Problem> root = parse_toml(text, source, "docs/reference/config.md");
  if (!root) {
    loaded.errors.push_back(root.error());
    return loaded;
  }
  KeyReader reader(TableReader(*root, "", loaded.errors));
  describe(reader, loaded.config);
  reader.finish();
  name_the_nameless(loaded.config);
  check(*root, loaded.config, loaded.errors, loaded.warnings);
  sort_by_place(loaded.errors);
  sort_by_place(loaded.warnings);
  return loaded;
}

}  // namespace weir::config
