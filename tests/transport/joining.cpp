#include "transport/joining.hpp"

namespace weir::transport {

using task::Task;

Task<> join(Bench& bench, Party& client, Party& server, io::Listener& listener) {
  co_await connect(bench, client, listener.local());
  if (client.stream == nullptr) co_return;
  co_await accept(bench, server, listener);
}

Task<> connect(Bench& bench, Party& client, Endpoint to) {
  co_await connect_until(bench, client, to, bench.deadline());
}

Task<> connect_until(Bench& bench, Party& client, Endpoint to, TimePoint deadline) {
  auto connected = co_await bench.client().connector.connect(to, deadline);
  if (connected) {
    client.stream = std::move(*connected);
    co_return;
  }
  const Error error = connected.error();
  std::string line = "connects: " + std::string(to_string(error.code));
  if (!error.retry_safe) line += ", not to be tried again";
  if (error.side != Side::upstream) line += ", by this side";
  client.notes(line);
}

Task<> accept(Bench& bench, Party& server, io::Listener& listener) {
  const TimePoint deadline = bench.deadline();
  for (;;) {
    io::AcceptResult accepted = listener.try_accept();
    server.stream = std::move(accepted.stream);
    if (accepted.status == io::AcceptStatus::ok) co_return;
    auto wakeup = task::Wakeup::signalled;
    if (accepted.status == io::AcceptStatus::would_block) {
      wakeup = co_await listener.acceptable().wait_until(bench.server().timers, deadline);
      if (wakeup == task::Wakeup::signalled) continue;
    }
    server.notes("accepts: " + std::string(to_string(accepted.status)));
    co_return;
  }
}

void try_to_accept(Party& server, io::Listener& listener) {
  io::AcceptResult accepted = listener.try_accept();
  server.stream = std::move(accepted.stream);
  server.notes("tries to accept: " + std::string(to_string(accepted.status)));
}

std::string_view to_string(io::AcceptStatus status) {
  switch (status) {
    case io::AcceptStatus::ok: return "ok";
    case io::AcceptStatus::would_block: return "would block";
    case io::AcceptStatus::no_descriptors: return "no descriptors";
    case io::AcceptStatus::failed: return "failed";
  }
  return "unknown status";
}

Task<> all_end(Bench& bench, task::TaskGroup& group) {
  const TimePoint deadline = bench.deadline();
  while (group.size() > 0) {
    const auto wakeup = co_await group.task_ended().wait_until(bench.client().timers, deadline);
    if (wakeup == task::Wakeup::signalled) continue;
    bench.log("a task does not end");
    co_return;
  }
}

}  // namespace weir::transport
