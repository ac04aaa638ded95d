#pragma once
// run_tcp_session: the life of one proxied TCP connection: pick a backend and connect, going on to
// the next when that fails; relay both directions; tell the observer how it ended.
//
// Cancelling the Task (the drain deadline) resets both sides, so that neither takes a truncated
// stream for a complete one.

#include <memory>

#include "io/world.hpp"
#include "proxy/tcp_proxy.hpp"
#include "task/task.hpp"

namespace weir::proxy {

task::Task<> run_tcp_session(const TcpSessionContext& context, std::unique_ptr<io::Stream> client,
                             std::uint64_t number);

}  // namespace weir::proxy
