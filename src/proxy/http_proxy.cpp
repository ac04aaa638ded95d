#include "proxy/http_proxy.hpp"

#include <algorithm>
#include <utility>

#include "base/assert.hpp"
#include "proxy/http_session.hpp"
#include "task/race.hpp"

namespace weir::proxy {
namespace {

// How long accepting pauses when the process or system has run out of file descriptors.
constexpr Duration kAcceptPause = std::chrono::milliseconds(100);

}  // namespace

task::Task<> HttpProxy::run() {
  co_await task::race(accept_for_ever(), drain_asked());
  accept_rest();
  listener_.reset();
  worker_.draining = true;
  while (!worker_.idle.empty()) {
    IdleSession& session = worker_.idle.front();
    session.unlink();
    session.drain();
  }
  co_await task::race(all_sessions_ended(), drain_deadline());
  sessions_.cancel_all();
  for (Upstreams& upstreams : worker_.upstreams) upstreams.pool.close_idle();
}

task::Task<> HttpProxy::accept_for_ever() {
  for (;;) {
    while (sessions_.size() >= options_.connections_max) co_await sessions_.task_ended().wait();
    switch (accept_one()) {
      case io::AcceptStatus::ok:
      case io::AcceptStatus::failed: break;
      case io::AcceptStatus::would_block: co_await listener_->acceptable().wait(); break;
      case io::AcceptStatus::no_descriptors:
        ++worker_.counters.accept_pauses;
        world_.log.write(io::Severity::warning,
                         "accepting pauses for 100 ms: no file descriptors are left; raise the "
                         "limit (ulimit -n) or lower --max-connections");
        co_await task::sleep_until(world_.run_queue, world_.timers,
                                   after(world_.timers.now(), kAcceptPause));
        break;
    }
  }
}

io::AcceptStatus HttpProxy::accept_one() {
  io::AcceptResult next = listener_->try_accept();
  if (next.status == io::AcceptStatus::ok) {
    const std::uint64_t number = ++worker_.counters.accepted;
    sessions_.spawn(run_http_session(worker_, std::move(next.stream), number));
    worker_.counters.open_max = std::max(worker_.counters.open_max, sessions_.size());
  }
  return next.status;
}

void HttpProxy::accept_rest() {
  while (sessions_.size() < options_.connections_max) {
    const io::AcceptStatus status = accept_one();
    if (status != io::AcceptStatus::ok && status != io::AcceptStatus::failed) break;
  }
}

task::Task<> HttpProxy::drain_asked() {
  while (!worker_.draining) co_await drain_event_.wait();
}

task::Task<> HttpProxy::all_sessions_ended() {
  while (sessions_.size() > 0) co_await sessions_.task_ended().wait();
}

task::Task<> HttpProxy::drain_deadline() {
  const TimePoint deadline = after(world_.timers.now(), options_.drain_timeout);
  co_await task::sleep_until(world_.run_queue, world_.timers, deadline);
}

void HttpProxy::drain() {
  worker_.draining = true;
  drain_event_.signal();
}

HttpProxy::HttpProxy(io::World& world, std::unique_ptr<io::Listener> listener, HttpOptions options,
                     RequestObserver& observer)
    : world_(world),
      listener_(std::move(listener)),
      options_(std::move(options)),
      worker_(world, options_, observer),
      drain_event_(world.run_queue),
      sessions_(world.run_queue) {
  ASSERT(options_.routing != nullptr && !options_.clusters.empty(), "requests have somewhere to go");
  ASSERT(options_.connections_max > 0, "an HTTP proxy takes at least one connection");
}

}  // namespace weir::proxy
