#include "sim/model/http_backend.hpp"

#include <utility>

#include "sim/model/http_serving.hpp"
#include "task/task_group.hpp"

namespace weir::sim::model {
namespace {

constexpr Duration kAcceptPause = std::chrono::milliseconds(10);

task::Task<> serve_connection(HttpProcess& process, std::unique_ptr<io::Stream> stream) {
  HttpServing serving(process, std::move(stream));
  const Step step = co_await converse(serving);
  if (step == Step::reset) process.backend.witness.backend_saw_reset(process.backend.host);
  if (step != Step::ok && step != Step::end) serving.channel.abort();
}

}  // namespace

task::Task<> serve(io::World& world, HttpBackend& backend) {
  if (!backend.options.listens) co_return;
  io::ListenOptions options;
  options.backlog = backend.options.backlog;
  const Result<std::unique_ptr<io::Listener>> listener =
      world.listeners.listen(backend.listen_at, options);
  if (!listener) co_return backend.witness.cannot_listen(backend.host);
  HttpProcess process(world, backend);
  task::TaskGroup connections(world.run_queue);
  for (;;) {
    io::AcceptResult next = (*listener)->try_accept();
    if (next.status == io::AcceptStatus::ok) {
      backend.witness.backend_accepted(backend.host);
      connections.spawn(serve_connection(process, std::move(next.stream)));
    } else if (next.status == io::AcceptStatus::would_block) {
      co_await (*listener)->acceptable().wait();
    } else if (next.status == io::AcceptStatus::no_descriptors) {
      const TimePoint later = after(world.timers.now(), kAcceptPause);
      co_await task::sleep_until(world.run_queue, world.timers, later);
    }
  }
}

}  // namespace weir::sim::model
