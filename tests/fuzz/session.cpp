// A whole session of the HTTP proxy: the bytes say what clients and backends say in which pieces,
// when they read, end, reset or leave, which backends cannot be reached, and how time goes by:
// session_stage.hpp. Facts: what is left alone ends in time, with all frames, streams, timers and
// buffers gone; and session_facts.hpp.

#include "base/assert.hpp"
#include "base/census.hpp"
#include "tests/fuzz/session_facts.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace weir::fuzz;
  Script script({reinterpret_cast<const char*>(data), size});
  {
    Stage stage(script.number());
    stage.play(script);
    stage.end();
    check_facts(stage);
  }
  ASSERT(weir::Census::here().all_zero(), weir::Census::here().describe());
  return 0;
}
