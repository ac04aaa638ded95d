#pragma once
// bench_command: `weir-sim bench kernel|proxy|http`: how fast the simulator is on this machine.
// Prints lines of `name value unit`, which tools/bench reads.
//
//   return bench_command("kernel");
//
// kernel: coroutines that sleep, on the kernel with its trace on. proxy: ten backends at 100
// requests a second in total through the real TCP proxy, with all oracles watching; http: the same
// through the HTTP proxy.

#include <string>

namespace weir::sim::app {

int bench_command(const std::string& part);

}  // namespace weir::sim::app
