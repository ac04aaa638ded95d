// weir-load: the load that tools/bench needs and wrk does not make.
//
//   weir-load bulk  --to PROXY --bytes N --connections C --direction down|up [--get /bytes/N]
//   weir-load churn --to PROXY --connections C --seconds S
//   weir-load idle  --to PROXY --connections C        holds them until a line or the end on stdin
//   weir-load peer  --listen 127.0.0.1:0              the raw backend of bulk
//
// Each client mode prints one JSON object on stdout. One thread each.
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <map>
#include <string>

#include <sys/resource.h>

#include "net.hpp"

namespace {

using weir::bench::Options;

constexpr const char* kUsage =
    "usage: weir-load bulk  --to IPV4:PORT [--bytes N] [--connections C] [--direction down|up]"
    " [--get PATH]\n"
    "       weir-load churn --to IPV4:PORT [--connections C] [--seconds S]\n"
    "       weir-load idle  --to IPV4:PORT [--connections C]\n"
    "       weir-load peer  --listen IPV4:PORT\n";

[[noreturn]] void usage(const std::string& culprit) {
  std::fprintf(stderr, "weir-load: %s\n%s", culprit.c_str(), kUsage);
  std::exit(2);
}

double number(const std::string& name, const std::string& text) {
  char* end = nullptr;
  const double value = std::strtod(text.c_str(), &end);
  if (end == text.c_str() || *end != '\0' || value <= 0) {
    usage(name + " '" + text + "' is not a positive number");
  }
  return value;
}

Options parse(int argc, char** argv) {
  Options options;
  const std::map<std::string, std::function<void(const std::string&)>> flags{
      {"--to", [&](const std::string& text) { options.to = text; }},
      {"--listen", [&](const std::string& text) { options.listen = text; }},
      {"--direction", [&](const std::string& text) { options.direction = text; }},
      {"--get", [&](const std::string& text) { options.get = text; }},
      {"--connections",
       [&](const std::string& text) {
         options.connections = static_cast<int>(number("--connections", text));
       }},
      {"--seconds", [&](const std::string& text) { options.seconds = number("--seconds", text); }},
      {"--bytes",
       [&](const std::string& text) {
         options.bytes = static_cast<std::uint64_t>(number("--bytes", text));
       }},
  };
  for (int i = 2; i < argc; i += 2) {
    const auto flag = flags.find(argv[i]);
    if (flag == flags.end()) usage(std::string("unknown option '") + argv[i] + "'");
    if (i + 1 == argc) usage(std::string(argv[i]) + " needs a value");
    flag->second(argv[i + 1]);
  }
  if (options.direction != "down" && options.direction != "up") {
    usage("--direction '" + options.direction + "' is neither down nor up");
  }
  return options;
}

void raise_open_files_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace

int main(int argc, char** argv) {
  const std::map<std::string, int (*)(const Options&)> modes{{"bulk", weir::bench::run_bulk},
                                                             {"churn", weir::bench::run_churn},
                                                             {"idle", weir::bench::run_idle},
                                                             {"peer", weir::bench::run_peer}};
  std::signal(SIGPIPE, SIG_IGN);
  raise_open_files_limit();
  const auto mode = argc < 2 ? modes.end() : modes.find(argv[1]);
  if (mode == modes.end()) usage("the first word must be bulk, churn, idle or peer");
  const Options options = parse(argc, argv);
  const bool needs_listen = mode->first == "peer";
  if ((needs_listen ? options.listen : options.to).empty()) {
    usage(mode->first + " needs " + (needs_listen ? "--listen" : "--to"));
  }
  return mode->second(options);
}
