#include "app/config_file.hpp"

#include <cerrno>
#include <cstring>
#include <fstream>

#include <fmt/format.h>

#include "config/load.hpp"

namespace weir::app {
namespace {

constexpr std::streamsize kConfigBytesMax = 16 << 20;

std::optional<std::string> read_file(const std::string& path) {
  std::string text(static_cast<std::size_t>(kConfigBytesMax), '\0');
  errno = 0;
  std::ifstream in(path, std::ios::binary);
  if (in) in.read(text.data(), kConfigBytesMax);
  const bool whole = in.eof() && !in.bad() && errno == 0;
  if (!whole) {
    fmt::print(stderr, "weir: cannot read {}: {}\n", path,
               errno != 0 ? std::strerror(errno) : "it is larger than 16 MiB");
    return std::nullopt;
  }
  text.resize(static_cast<std::size_t>(in.gcount()));
  return text;
}

}  // namespace

std::optional<config::Config> read_config(const std::string& path) {
  const std::optional<std::string> text = read_file(path);
  if (!text) return std::nullopt;
  config::Loaded loaded = config::load(*text, path);
  for (config::Problem& warning : loaded.warnings) {
    warning.message = "warning: " + warning.message;
    fmt::print(stderr, "{}\n", config::text_of(warning));
  }
  for (const config::Problem& error : loaded.errors) {
    fmt::print(stderr, "{}\n", config::text_of(error));
  }
  if (!loaded.errors.empty()) return std::nullopt;
  return std::move(loaded.config);
}

}  // namespace weir::app
