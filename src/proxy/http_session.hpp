#pragma once
// HttpSession: one client's connection: reads the heads of its requests, one after another, has
// each answered by an HttpExchange or answers what cannot be understood itself, and ends the
// connection in the way that tells the client what has become of its requests.
//
//   group.spawn(run_http_session(worker, std::move(stream), number));
//
// Requests that were sent ahead (pipelining) wait in the input and are answered in order. A
// connection that waits for its next request holds no buffer, and is on the worker's list of idle
// sessions, so that a drain ends it at once.

#include <memory>

#include "io/world.hpp"
#include "proxy/http_worker.hpp"
#include "task/task.hpp"

namespace weir::proxy {

// The worker outlives the Task. Cancelling it resets the client and the backend.
task::Task<> run_http_session(HttpWorker& worker, std::unique_ptr<io::Stream> client,
                              std::uint64_t number);

}  // namespace weir::proxy
