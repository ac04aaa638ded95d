#include "proxy/tcp_proxy.hpp"

#include <algorithm>
#include <utility>

#include "base/assert.hpp"
#include "proxy/tcp_session.hpp"
#include "task/race.hpp"

namespace weir::proxy {
namespace {

// So many connections are accepted before others have their turn: a session whose connects all
// fail at once ends within its accept, and such clients may come without end.
constexpr std::size_t kAcceptsOfTurn = 16;

// As many when draining, at most: twice the kernel's usual backlog.
constexpr std::size_t kLastAcceptsMax = 8192;

}  // namespace

task::Task<> TcpProxy::run() {
  co_await task::race(accept_for_ever(), drain_asked());
  accept_rest();
  listener_.reset();
  co_await task::race(all_sessions_ended(), drain_deadline());
  sessions_.cancel_all();
}

task::Task<> TcpProxy::accept_for_ever() {
  for (std::size_t tries = 1;; ++tries) {
    while (sessions_.size() >= options_.connections_max) co_await sessions_.task_ended().wait();
    while (without_descriptor_ > 0) co_await pause_accepting();
    if (tries % kAcceptsOfTurn == 0) co_await task::yield(world_.run_queue);
    switch (accept_one()) {
      case io::AcceptStatus::ok:
      case io::AcceptStatus::failed: break;
      case io::AcceptStatus::would_block: co_await listener_->acceptable().wait(); break;
      case io::AcceptStatus::no_descriptors: co_await pause_accepting(); break;
    }
  }
}

task::Task<> TcpProxy::pause_accepting() {
  ++counters_.accept_pauses;
  world_.log.write(io::Severity::warning,
                   "accepting pauses for 100 ms: no file descriptors are left; raise the limit "
                   "(ulimit -n) or lower --max-connections");
  const TimePoint until = after(world_.timers.now(), kDescriptorPause);
  co_await task::sleep_until(world_.run_queue, world_.timers, until);
}

io::AcceptStatus TcpProxy::accept_one() {
  io::AcceptResult next = listener_->try_accept();
  if (next.status == io::AcceptStatus::ok) {
    ++counters_.accepted;
    sessions_.spawn(run_tcp_session(context_, std::move(next.stream), counters_.accepted));
    counters_.open_max = std::max(counters_.open_max, sessions_.size());
  }
  return next.status;
}

// Clients whose connection the kernel has completed already are served, not reset.
void TcpProxy::accept_rest() {
  for (std::size_t i = 0; i < kLastAcceptsMax && sessions_.size() < options_.connections_max; ++i) {
    const io::AcceptStatus status = accept_one();
    if (status != io::AcceptStatus::ok && status != io::AcceptStatus::failed) break;
  }
}

task::Task<> TcpProxy::drain_asked() {
  while (!draining_) co_await drain_event_.wait();
}

task::Task<> TcpProxy::all_sessions_ended() {
  while (sessions_.size() > 0) co_await sessions_.task_ended().wait();
}

task::Task<> TcpProxy::drain_deadline() {
  const TimePoint deadline = after(world_.timers.now(), options_.drain_timeout);
  co_await task::sleep_until(world_.run_queue, world_.timers, deadline);
}

void TcpProxy::drain() {
  draining_ = true;
  drain_event_.signal();
}

void TcpProxy::session_ended(const SessionRecord& record) {
  ++(record.end == SessionEnd::finished ? counters_.finished : counters_.failed);
  counters_.connects_failed += record.connects_failed;
  counters_.bytes_from_clients += record.bytes_from_client;
  counters_.bytes_from_upstreams += record.bytes_from_upstream;
  observer_.session_ended(record);
}

TcpProxy::TcpProxy(io::World& world, std::unique_ptr<io::Listener> listener,
                   TcpProxyOptions options, lb::RoundRobin& turn, SessionObserver& observer)
    : world_(world),
      listener_(std::move(listener)),
      options_(std::move(options)),
      context_{world_, options_, turn, *this, without_descriptor_},
      observer_(observer),
      drain_event_(world.run_queue),
      sessions_(world.run_queue) {
  ASSERT(!options_.backends.empty(), "a TCP proxy has a backend");
  ASSERT(options_.connections_max > 0, "a TCP proxy takes at least one connection");
}

}  // namespace weir::proxy
