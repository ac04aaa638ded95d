#include "app/tcp_worker.hpp"

#include <utility>

#include "app/session_log.hpp"
#include "real/signal_wait.hpp"
#include "task/race.hpp"

namespace weir::app {
namespace {

// Proxies until drained; the log is flushed meanwhile. All references outlive the Task.
task::Task<> proxy_and_log(proxy::TcpProxy& proxy, LogWriter& log, io::World& world) {
  co_await task::race(proxy.run(), log.flush_regularly(world));
}

}  // namespace

TcpWorker::TcpWorker(std::size_t index, const TcpWorkersShared& shared, std::size_t connections_max,
                     std::function<void()> on_end) {
  thread_ = std::thread([this, index, &shared, connections_max, on_end = std::move(on_end)] {
    real::block_signals_in_this_thread();
    run(index, shared, connections_max);
    report_.leaks = Census::here().all_zero() ? "" : Census::here().describe();
    on_end();
  });
}

TcpWorker::~TcpWorker() {
  if (!thread_.joinable()) return;
  if (!decided_) go_.set_value(false);
  thread_.join();
}

Result<Endpoint> TcpWorker::listening() { return listening_.get_future().get(); }

void TcpWorker::go() {
  decided_ = true;
  go_.set_value(true);
  serving_.get_future().wait();
}

void TcpWorker::drain() {
  world_->post([proxy = proxy_] { proxy->drain(); });
}

TcpWorkerReport TcpWorker::join() {
  thread_.join();
  return report_;
}

void TcpWorker::run(std::size_t index, const TcpWorkersShared& shared,
                    std::size_t connections_max) {
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

  proxy::TcpProxyOptions proxy_options = shared.proxy;
  proxy_options.connections_max = connections_max;
  SessionLog observer(log, world.world().wall_clock, index);
  proxy::TcpProxy proxy(world.world(), std::move(*listener), std::move(proxy_options), shared.turn,
                        observer);
  world_ = &world;
  proxy_ = &proxy;
  serving_.set_value();
  world.spawn(proxy_and_log(proxy, log, world.world()));
  world.run();
  report_.counters = proxy.counters();
}

}  // namespace weir::app
