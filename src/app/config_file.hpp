#pragma once
// read_config: weir.toml from the disk, with its problems told on standard error.
//
//   const std::optional<config::Config> config = read_config("weir.toml");
//   if (!config) return 1;

#include <optional>
#include <string>

#include "config/config.hpp"

namespace weir::app {

// nullopt: it cannot be read, or has errors. Warnings are told, and do not count.
std::optional<config::Config> read_config(const std::string& path);

}  // namespace weir::app
