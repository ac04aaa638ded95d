#pragma once
// How Parties come together: connecting, accepting, both; and waiting for side tasks to end.
//
//   co_await join(bench, client, server, *listener);
//
// They log what goes wrong, and nothing else. All references outlive the Tasks.

#include "task/task_group.hpp"
#include "transport/party.hpp"

namespace weir::transport {

// Connects the client and lets the server accept it. Logs only failures; then streams stay null.
task::Task<> join(Bench& bench, Party& client, Party& server, io::Listener& listener);

// Connects, logs "client connects: refused" or whatever failed; logs nothing when it succeeds.
task::Task<> connect(Bench& bench, Party& client, Endpoint to);
task::Task<> connect_until(Bench& bench, Party& client, Endpoint to, TimePoint deadline);

// Accepts; logs only failures.
task::Task<> accept(Bench& bench, Party& server, io::Listener& listener);
void try_to_accept(Party& server, io::Listener& listener);  // logs how it went

std::string_view to_string(io::AcceptStatus status);

// Waits until the group's tasks have ended.
task::Task<> all_end(Bench& bench, task::TaskGroup& group);

}  // namespace weir::transport
