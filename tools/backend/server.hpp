#pragma once
// serve(): one worker: accepts connections and answers them in the mode of the site.
//
//   world.spawn(serve(worker, std::move(listener)));
//
// Never ends by itself; destroying the Task closes the listener and every connection. It keeps to
// kConnectionsMax: further clients wait in the kernel's backlog.

#include <memory>

#include "backend/site.hpp"
#include "io/listener.hpp"
#include "task/task.hpp"

namespace weir::backend {

inline constexpr std::size_t kConnectionsMax = 100'000;  // of one worker

// The worker outlives the Task.
task::Task<> serve(Worker& worker, std::unique_ptr<io::Listener> listener);

// The life of one connection, in the mode of the site.
task::Task<> session(Worker& worker, std::unique_ptr<io::Stream> stream);

}  // namespace weir::backend
