// weir-backend: the demo backend's command line.

#include <csignal>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "backend/service.hpp"
#include "base/print.hpp"
#include "real/open_files.hpp"

namespace {

constexpr int kUsageError = 2;

}  // namespace

int main(int argc, char** argv) {
  weir::real::open_standard_streams();
  std::signal(SIGPIPE, SIG_IGN);  // a reader of our output that went away is an error, not an end
  CLI::App app("A backend to put behind a proxy: answers, and misbehaves on request",
               "weir-backend");
  app.set_version_flag("--version", "weir-backend 0.1.0");
  app.failure_message([](const CLI::App*, const CLI::Error& error) {
    return fmt::format("weir-backend: {}\nRun `weir-backend --help` for the options.\n",
                       error.what());
  });
  weir::backend::Options options;
  weir::backend::add_options(app, options);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : kUsageError;
  }
  const std::string conflict = weir::backend::find_conflict(app);
  if (!conflict.empty()) {
    weir::print_text(stderr, fmt::format("weir-backend: {}\n", conflict));
    return kUsageError;
  }
  return weir::backend::run(std::move(options));
}
