#pragma once
// The modes without HTTP, for trying a TCP proxy: each is the whole life of one connection.
//
// Half-close is carried: echo answers the client's end with its own once all is sent back.

#include <memory>

#include "backend/site.hpp"
#include "io/stream.hpp"
#include "task/task.hpp"

namespace weir::backend {

// The worker outlives the tasks.
task::Task<> echo_bytes(Worker& worker, std::unique_ptr<io::Stream> stream);
task::Task<> sink_bytes(Worker& worker, std::unique_ptr<io::Stream> stream);
task::Task<> source_bytes(Worker& worker, std::unique_ptr<io::Stream> stream);

}  // namespace weir::backend
