#include "backend/options.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "backend/text.hpp"
#include "config/units.hpp"

namespace weir::backend {
namespace {

constexpr std::array<std::string_view, 4> kModes = {"http", "echo", "sink", "source"};

constexpr std::string_view kFooter = R"(
Paths of --mode http, also shown by any path that does not exist:
{}
Keys of --set and of /control, changed at run time for all workers at once:
{}

/control, /healthz and /stats are not delayed and do not fail, but for healthy and hang-health.

Examples:
  weir-backend --listen 127.0.0.1:9001 --name red
  weir-backend --listen 127.0.0.1:9002 --name slow --latency 50ms --jitter 10ms --fail-rate 1/20
  weir-backend --listen 127.0.0.1:9003 --mode source --bytes 1GiB
  curl -X PUT 'http://127.0.0.1:9001/control?latency=2s&healthy=0'

Prints "listening http ADDRESS:PORT" to standard output once it accepts. SIGTERM or SIGINT ends it
at once with status 0; a usage error is status 2, any other failure status 1.)";

[[noreturn]] void refuse_value(const std::string& option, const std::string& problem) {
  throw CLI::ValidationError(option, problem);
}

void add_addresses(CLI::App& app, Options& options) {
  app.add_option_function<std::string>(
         "--listen",
         [&options](const std::string& text) {
           const std::optional<HostPort> host_port = parse_host_port(text);
           if (!host_port) {
             refuse_value("--listen", fmt::format("\"{}\" is not HOST:PORT; write 127.0.0.1:9001, "
                                                  "[::1]:9001 or 127.0.0.1:0",
                                                  text));
           }
           options.listen = *host_port;
         },
         "Where clients connect; port 0 picks a free one")
      ->type_name("HOST:PORT")
      ->required();
  app.add_option_function<std::string>(
         "--name",
         [&options](const std::string& text) {
           const bool fits = text.find_first_not_of(
                                 "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQR"
                                 "STUVWXYZ0123456789._:[]-") == text.npos;
           if (text.empty() || text.size() > kNameBytesMax || !fits) {
             refuse_value("--name", fmt::format("\"{}\" is no name; write 1 to {} of a-z A-Z 0-9 "
                                                ". _ - : [ ]",
                                                text, kNameBytesMax));
           }
           options.site.name = text;
         },
         "What it calls itself in its answers [the address it listens on]")
      ->type_name("NAME");
}

void add_mode(CLI::App& app, Options& options) {
  app.add_option_function<std::string>(
         "--mode",
         [&options](const std::string& text) {
           for (std::size_t i = 0; i < kModes.size(); ++i) {
             if (text == kModes[i]) options.site.mode = static_cast<Mode>(i);
           }
         },
         "http; or for TCP: echo sends every byte back, sink forgets them, source sends --bytes")
      ->check(CLI::IsMember({"http", "echo", "sink", "source"}))
      ->type_name("MODE")
      ->default_str("http");
  app.add_option_function<std::string>(
         "--bytes",
         [&options](const std::string& text) {
           const std::optional<std::uint64_t> size = config::parse_size(text);
           if (!size) {
             refuse_value("--bytes",
                          fmt::format("\"{}\" is no size; write {}", text, config::kSizeForm));
           }
           options.site.source_bytes = *size;
         },
         "What each connection is sent in --mode source")
      ->type_name("SIZE")
      ->default_str("16GiB");
}

// An option that is one key of /control.
void add_setting(CLI::App& app, Options& options, const std::string& key, const char* type,
                 const char* help) {
  const std::string option = "--" + key;
  app.add_option_function<std::string>(
         option,
         [&options, option, key](const std::string& text) {
           const std::optional<std::string> problem = set(options.site.settings, key, text);
           if (problem) refuse_value(option, *problem);
         },
         help)
      ->type_name(type);
}

void add_settings(CLI::App& app, Options& options) {
  add_setting(app, options, "latency", "TIME", "Every answer waits this long [0]");
  add_setting(app, options, "jitter", "TIME", "Give or take up to this, uniformly [0]");
  add_setting(app, options, "fail-rate", "RATIO", "This share of answers is a 500 [0]");
  app.add_option_function<std::vector<std::string>>(
         "--set",
         [&options](const std::vector<std::string>& texts) {
           for (const std::string& text : texts) {
             const std::size_t equals = std::min(text.find('='), text.size());
             const std::string value = text.substr(std::min(equals + 1, text.size()));
             const std::optional<std::string> problem =
                 set(options.site.settings, text.substr(0, equals), value);
             if (problem) refuse_value("--set", *problem);
           }
         },
         "Any key of /control, as often as needed: --set hang=1")
      ->type_name("KEY=VALUE")
      ->allow_extra_args(false);
}

}  // namespace

void add_options(CLI::App& app, Options& options) {
  app.footer(fmt::format(kFooter, describe_paths(), describe_keys()));
  add_addresses(app, options);
  add_mode(app, options);
  add_settings(app, options);
  app.add_option_function<std::string>(
         "--idle-timeout",
         [&options](const std::string& text) {
           const std::optional<Duration> timeout = config::parse_duration(text);
           if (!timeout || *timeout == Duration::zero()) {
             refuse_value("--idle-timeout",
                          fmt::format("\"{}\" is no time; write {}", text, config::kDurationForm));
           }
           options.site.idle_timeout = *timeout;
         },
         "Close a connection after no byte in either direction for so long")
      ->type_name("TIME")
      ->default_str(config::to_string(options.site.idle_timeout));
  app.add_option("--workers", options.site.workers, "Threads, each with its own event loop")
      ->check(CLI::Range(1, 256))
      ->type_name("N")
      ->capture_default_str();
  app.add_option("--seed", options.seed,
                 "Of jitter and injected failures: the same one, the same draws; 0 picks one")
      ->type_name("N")
      ->capture_default_str();
}

std::string find_conflict(const CLI::App& app) {
  const std::string mode = app["--mode"]->empty() ? "http" : app["--mode"]->as<std::string>();
  for (const char* option : {"--latency", "--jitter", "--fail-rate", "--set"}) {
    if (mode == "http" || app[option]->empty()) continue;
    return fmt::format(
        "{}: works in --mode http only; leave it away, or use `weir-sim` for a "
        "slow TCP backend",
        option);
  }
  if (mode != "source" && !app["--bytes"]->empty()) {
    return "--bytes: works in --mode source only; use /bytes/N in --mode http";
  }
  return {};
}

std::string_view to_string(Mode mode) noexcept { return kModes[static_cast<std::size_t>(mode)]; }

}  // namespace weir::backend
