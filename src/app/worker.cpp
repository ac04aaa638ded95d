#include "app/worker.hpp"

#include <utility>

#include "base/census.hpp"
#include "real/signal_wait.hpp"
#include "task/race.hpp"
#include "task/task_group.hpp"

namespace weir::app {
namespace {

using Proxies = std::vector<std::unique_ptr<ServedProxy>>;

// All references outlive the Task, here and below.
task::Task<> run_all(Proxies& proxies, io::World& world) {
  task::TaskGroup running(world.run_queue);
  for (const auto& proxy : proxies) running.spawn(proxy->run());
  while (running.size() > 0) co_await running.task_ended().wait();
}

// Proxies until drained; the log is flushed meanwhile.
task::Task<> proxy_and_log(Proxies& proxies, LogWriter& log, io::World& world) {
  co_await task::race(run_all(proxies, world), log.flush_regularly(world));
}

// This worker's part of what all may hold.
std::size_t share_of(std::size_t all, std::size_t workers, std::size_t index) {
  return all / workers + (index < all % workers ? 1 : 0);
}

}  // namespace

Worker::Worker(std::size_t index, WorkersShared& shared, std::function<void()> on_end) {
  thread_ = std::thread([this, index, &shared, on_end = std::move(on_end)] {
    real::block_signals_in_this_thread();
    run(index, shared);
    report_.leaks = Census::here().all_zero() ? "" : Census::here().describe();
    on_end();
  });
}

Worker::~Worker() {
  if (!thread_.joinable()) return;
  if (!decided_) go_.set_value(false);
  thread_.join();
}

Listening Worker::listening() { return listening_.get_future().get(); }

void Worker::go() {
  decided_ = true;
  go_.set_value(true);
  serving_.get_future().wait();
}

void Worker::drain() {
  world_->post([proxies = proxies_] {
    for (const auto& proxy : *proxies) proxy->drain();
  });
}

WorkerReport Worker::join() {
  thread_.join();
  return report_;
}

void Worker::run(std::size_t index, WorkersShared& shared) {
  LogWriter log(shared.log);
  real::AsioWorldOptions options;
  options.worker = index;
  if (shared.share_ports) {
    for (real::ConnectionSpread& spread : shared.spreads) options.spreads.push_back(&spread);
  }
  real::AsioWorld world(log, options);
  io::ListenOptions listen;
  listen.share_port = shared.share_ports;
  std::vector<std::unique_ptr<io::Listener>> listeners;
  Listening listening;
  for (const ServedListener& served : shared.listeners) {
    auto listener = world.world().listeners.listen(served.listen, listen);
    if (!listener) {
      listening.failed = listeners.size();
      listening.error = listener.error().code;
      listening_.set_value(std::move(listening));
      return;
    }
    listening.at.push_back((*listener)->local());
    listeners.push_back(std::move(*listener));
  }
  listening_.set_value(std::move(listening));
  if (!go_.get_future().get()) return;

  Proxies proxies;
  for (std::size_t i = 0; i < listeners.size(); ++i) {
    const ServedListener& served = shared.listeners[i];
    const WorkerContext context{world.world(), log, index,
                                share_of(served.connections_max, shared.workers, index)};
    proxies.push_back(served.make_proxy(context, std::move(listeners[i])));
  }
  world_ = &world;
  proxies_ = &proxies;
  serving_.set_value();
  world.spawn(proxy_and_log(proxies, log, world.world()));
  world.run();
  for (const auto& proxy : proxies) report_.counters.push_back(proxy->counters());
}

}  // namespace weir::app
