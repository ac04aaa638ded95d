#include "transport/behaviour.hpp"

#include <fstream>
#include <functional>
#include <iterator>
#include <sstream>

#include "transport/real_bench.hpp"
#include "transport/sim_bench.hpp"

namespace weir::transport {
namespace {

// `bench` outlives the Task.
task::Task<> with_connection(Bench& bench, ConnectionScript script) {
  const std::unique_ptr<io::Listener> listener = bench.listen();
  if (listener == nullptr) co_return;
  Party client(bench, "client");
  Party server(bench, "server");
  co_await join(bench, client, server, *listener);
  if (client.stream == nullptr || server.stream == nullptr) co_return;
  co_await script(bench, client, server);
}

std::string text_of(const Lines& lines) {
  std::string text = "\n";
  for (const std::string& line : lines) text += "    " + line + "\n";
  return text;
}

using Start = std::function<task::Task<>(Bench&)>;

// A script that does not end, and one that leaves something behind, say so in its log.
template <class World>
Lines log_of(const Start& start) {
  World bench;
  const std::size_t files_before = bench.open_files();
  const bool ended = bench.run(start(bench));
  if (!ended) bench.log("the script does not end");
  bench.lift_limits();
  bench.forget_round_trips();
  if (bench.open_files() != files_before) bench.log("the script leaves files open");
  if (bench.connections_left() > 0) bench.log("the script leaves connections behind");
  return bench.lines();
}

std::string known_differences() {
  std::ifstream file(WEIR_SOURCE_DIR "/sim/README.md");
  std::ostringstream text;
  text << file.rdbuf();
  const std::size_t begin = text.str().find("Known differences");
  return begin == std::string::npos ? "" : text.str().substr(begin);
}

void hold(const char* name, const Start& start, const Expected& expected) {
  const Lines simulated = log_of<SimBench>(start);
  const Lines real = log_of<RealBench>(start);
  {
    INFO("in the simulation");
    CHECK(text_of(simulated) == text_of(expected.simulated));
  }
  {
    INFO("in the real world");
    CHECK(text_of(real) == text_of(expected.real));
  }
  if (expected.reason.empty()) {
    CHECK(text_of(simulated) == text_of(real));
    return;
  }
  INFO("because " << expected.reason);
  CHECK(text_of(simulated) != text_of(real));
  CHECK_THAT(known_differences(), Catch::Contains(name));
}

}  // namespace

void hold(const char* name, Script script, const Expected& expected) {
  hold(name, Start(script), expected);
}

void hold(const char* name, ConnectionScript script, const Expected& expected) {
  hold(name, [script](Bench& bench) { return with_connection(bench, script); }, expected);
}

}  // namespace weir::transport
