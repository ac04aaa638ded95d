#include "app/worker.hpp"

#include <utility>

#include "base/census.hpp"
#include "real/signal_wait.hpp"
#include "task/race.hpp"

namespace weir::app {
namespace {

// Proxies until drained; the log is flushed meanwhile. All references outlive the Task.
task::Task<> proxy_and_log(ServedProxy& proxy, LogWriter& log, io::World& world) {
  co_await task::race(proxy.run(), log.flush_regularly(world));
}

}  // namespace

Worker::Worker(std::size_t index, const WorkersShared& shared, std::size_t connections_max,
               std::function<void()> on_end) {
  thread_ = std::thread([this, index, &shared, connections_max, on_end = std::move(on_end)] {
    real::block_signals_in_this_thread();
    run(index, shared, connections_max);
    report_.leaks = Census::here().all_zero() ? "" : Census::here().describe();
    on_end();
  });
}

Worker::~Worker() {
  if (!thread_.joinable()) return;
  if (!decided_) go_.set_value(false);
  thread_.join();
}

Result<Endpoint> Worker::listening() { return listening_.get_future().get(); }

void Worker::go() {
  decided_ = true;
  go_.set_value(true);
  serving_.get_future().wait();
}

void Worker::drain() {
  world_->post([proxy = proxy_] { proxy->drain(); });
}

WorkerReport Worker::join() {
  thread_.join();
  return report_;
}

void Worker::run(std::size_t index, const WorkersShared& shared, std::size_t connections_max) {
  LogWriter log(shared.log);
  real::AsioWorldOptions options;
  options.spread = shared.share_port ? &shared.spread : nullptr;
  options.worker = index;
  real::AsioWorld world(log, options);
  io::ListenOptions listen;
  listen.share_port = shared.share_port;
  auto listener = world.world().listeners.listen(shared.listen, listen);
  if (!listener) {
    listening_.set_value(std::unexpected(listener.error()));
    return;
  }
  listening_.set_value((*listener)->local());
  if (!go_.get_future().get()) return;

  const WorkerContext context{world.world(), log, index, connections_max};
  const std::unique_ptr<ServedProxy> proxy = shared.make_proxy(context, std::move(*listener));
  world_ = &world;
  proxy_ = proxy.get();
  serving_.set_value();
  world.spawn(proxy_and_log(*proxy, log, world.world()));
  world.run();
  report_.counters = proxy->counters();
}

}  // namespace weir::app
