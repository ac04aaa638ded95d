#include "backend/server.hpp"

#include <utility>

#include "backend/http_connection.hpp"
#include "backend/raw_modes.hpp"
#include "task/task_group.hpp"

namespace weir::backend {
namespace {

constexpr Duration kAcceptPause = std::chrono::milliseconds(10);  // when descriptors ran out
constexpr int kAcceptBurstMax = 64;  // connections, before those that are open have a turn

task::Task<> http_session(Worker& worker, std::unique_ptr<io::Stream> stream) {
  HttpConnection connection(worker, std::move(stream));
  co_await connection.run();
}

}  // namespace

task::Task<> serve(Worker& worker, std::unique_ptr<io::Listener> listener) {
  task::RunQueue& run_queue = worker.world.run_queue;
  task::TaskGroup sessions(run_queue);
  int burst = 0;
  for (;;) {
    if (sessions.size() >= kConnectionsMax) {
      co_await sessions.task_ended().wait();
      continue;
    }
    if (++burst > kAcceptBurstMax) {
      burst = 0;
      const TimePoint next_turn = worker.world.timers.now() + Duration(1);
      co_await task::sleep_until(run_queue, worker.world.timers, next_turn);
    }
    io::AcceptResult next = listener->try_accept();
    if (next.status == io::AcceptStatus::ok) {
      sessions.spawn(session(worker, std::move(next.stream)));
    } else if (next.status == io::AcceptStatus::would_block) {
      co_await listener->acceptable().wait();
    } else if (next.status == io::AcceptStatus::no_descriptors) {
      const TimePoint again = after(worker.world.timers.now(), kAcceptPause);
      co_await task::sleep_until(run_queue, worker.world.timers, again);
    }
  }
}

task::Task<> session(Worker& worker, std::unique_ptr<io::Stream> stream) {
  switch (worker.site.options().mode) {
    case Mode::echo: return echo_bytes(worker, std::move(stream));
    case Mode::sink: return sink_bytes(worker, std::move(stream));
    case Mode::source: return source_bytes(worker, std::move(stream));
    case Mode::http: break;
  }
  return http_session(worker, std::move(stream));
}

}  // namespace weir::backend
