#pragma once
// SocketContext: what every socket of a World needs from it. Owned by the World, which outlives its
// sockets; passed on by reference. It deliberately holds no sockets: their owners do.
//
//   SocketContext sockets{run_queue, {}, {}};

#include "real/pipe_pool.hpp"
#include "real/poller.hpp"
#include "task/run_queue.hpp"

namespace weir::real {

struct SocketContext {
  task::RunQueue& run_queue;
  Poller poller;
  PipePool pipes;
};

}  // namespace weir::real
