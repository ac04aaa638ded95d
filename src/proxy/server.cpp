#include "proxy/server.hpp"

#include <algorithm>
#include <utility>

#include "base/assert.hpp"
#include "task/race.hpp"

namespace weir::proxy {
namespace {

// So many connections are accepted before others have their turn: a session whose connects all
// fail at once ends within its accept, and such clients may come without end.
constexpr std::size_t kAcceptsOfTurn = 16;

// As many when draining, at most: twice the kernel's usual backlog.
constexpr std::size_t kLastAcceptsMax = 8192;

}  // namespace

task::Task<> Server::run() {
  co_await task::race(accept_for_ever(), drain_asked());
  accept_rest();
  listener_.reset();
  factory_.drain_begins();
  co_await task::race(all_sessions_ended(), drain_deadline());
  sessions_.cancel_all();
}

task::Task<> Server::accept_for_ever() {
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

task::Task<> Server::pause_accepting() {
  ++counters_.accept_pauses;
  world_.log.write(io::Severity::warning,
                   "accepting pauses for 100 ms: no file descriptors are left; raise the limit "
                   "(ulimit -n) or lower --max-connections");
  const TimePoint until = after(world_.timers.now(), kDescriptorPause);
  co_await task::sleep_until(world_.run_queue, world_.timers, until);
}

io::AcceptStatus Server::accept_one() {
  io::AcceptResult next = listener_->try_accept();
  if (next.status == io::AcceptStatus::ok) {
    ++counters_.accepted;
    sessions_.spawn(factory_.session(std::move(next.stream), counters_.accepted));
    counters_.open_max = std::max(counters_.open_max, sessions_.size());
  }
  return next.status;
}

// Clients whose connection the kernel has completed already are served, not reset.
void Server::accept_rest() {
  for (std::size_t i = 0; i < kLastAcceptsMax && sessions_.size() < options_.connections_max; ++i) {
    const io::AcceptStatus status = accept_one();
    if (status != io::AcceptStatus::ok && status != io::AcceptStatus::failed) break;
  }
}

task::Task<> Server::drain_asked() {
  while (!draining_) co_await drain_event_.wait();
}

task::Task<> Server::all_sessions_ended() {
  while (sessions_.size() > 0) co_await sessions_.task_ended().wait();
}

task::Task<> Server::drain_deadline() {
  const TimePoint deadline = after(world_.timers.now(), options_.drain_timeout);
  co_await task::sleep_until(world_.run_queue, world_.timers, deadline);
}

void Server::drain() {
  draining_ = true;
  drain_event_.signal();
}

Server::Server(io::World& world, std::unique_ptr<io::Listener> listener,
               const ServerOptions& options, SessionFactory& factory,
               const std::size_t& without_descriptor)
    : world_(world),
      listener_(std::move(listener)),
      options_(options),
      factory_(factory),
      without_descriptor_(without_descriptor),
      drain_event_(world.run_queue),
      sessions_(world.run_queue) {
  ASSERT(options_.connections_max > 0, "a server takes at least one connection");
}

}  // namespace weir::proxy
