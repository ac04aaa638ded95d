#pragma once
// A behaviour: a script that runs unchanged in both worlds, and the log that it must write there.
//
//   BEHAVIOUR("a connect where nobody listens is refused", LOGS("client connects: refused")) {
//     Party client(bench, "client");
//     co_await connect(bench, client, bench.refusing_address());
//   }
//   CONNECTION("the end is read after what was written",     // with a connection to begin with:
//              LOGS("client writes 'bye'", "client ends", "server reads 'bye', then end")) {
//     co_await client.writes("bye");   ...                   // Party& client, Party& server
//   }
//
// Each is a test case of its own. It is held against the log as well as against the other world,
// so that both being wrong in the same way is noticed. Where the worlds rightly differ, write
//
//   BEHAVIOUR("name", DIFFERS("why", SIMULATED("..."), REAL("..."))) { ... }
//
// and name it in sim/README.md under "Known differences"; a test that is not named there fails.
//
// Of the script's parameters: what they refer to outlives it (rule C4).

#include <catch2/catch.hpp>

#include "transport/bench.hpp"
#include "transport/joining.hpp"

namespace weir::transport {

using Script = task::Task<> (*)(Bench& bench);
using ConnectionScript = task::Task<> (*)(Bench& bench, Party& client, Party& server);

struct Expected {
  Lines simulated;
  Lines real;
  std::string reason;  // why they differ; empty when they do not
};

template <class... Texts>
Lines lines(const Texts&... texts) {
  return {std::string(texts)...};
}
inline Expected in_both(const Lines& both) { return {both, both, ""}; }
inline Expected differs(std::string reason, Lines simulated, Lines real) {
  return {std::move(simulated), std::move(real), std::move(reason)};
}

void hold(const char* name, Script script, const Expected& expected);
void hold(const char* name, ConnectionScript script, const Expected& expected);

}  // namespace weir::transport

#define WEIR_BEHAVIOUR(script, parameters, name, expected)            \
  static weir::task::Task<> script parameters;                        \
  TEST_CASE(name) { weir::transport::hold(name, &script, expected); } \
  static weir::task::Task<> script parameters

#define WEIR_SCRIPT_NAME INTERNAL_CATCH_UNIQUE_NAME(behaviour_)
#define WEIR_BENCH ([[maybe_unused]] weir::transport::Bench & bench)
#define WEIR_BENCH_AND_PARTIES                       \
  ([[maybe_unused]] weir::transport::Bench & bench,  \
   [[maybe_unused]] weir::transport::Party & client, \
   [[maybe_unused]] weir::transport::Party & server)

#define LOGS(...) weir::transport::in_both(weir::transport::lines(__VA_ARGS__))
#define SIMULATED(...) weir::transport::lines(__VA_ARGS__)
#define REAL(...) weir::transport::lines(__VA_ARGS__)
#define DIFFERS(reason, simulated, real) weir::transport::differs(reason, simulated, real)

#define BEHAVIOUR(name, expected) WEIR_BEHAVIOUR(WEIR_SCRIPT_NAME, WEIR_BENCH, name, expected)
#define CONNECTION(name, expected) \
  WEIR_BEHAVIOUR(WEIR_SCRIPT_NAME, WEIR_BENCH_AND_PARTIES, name, expected)
