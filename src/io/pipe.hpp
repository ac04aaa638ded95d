#pragma once
// An in-memory pair of Streams: what is written to one is read from the other, at once and in the
// same thread. For tests of code that takes a Stream; the simulator's streams (sim/world) are the
// ones that have latency, loss and failures.
//
//   auto [client, server] = make_pipe(run_queue, 4096);   // 4096 bytes in flight a direction

#include <memory>
#include <utility>

#include "io/stream.hpp"

namespace weir::io {

using StreamPair = std::pair<std::unique_ptr<Stream>, std::unique_ptr<Stream>>;

StreamPair make_pipe(task::RunQueue& run_queue, std::size_t capacity_bytes);

}  // namespace weir::io
