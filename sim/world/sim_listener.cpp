#include "sim/world/sim_listener.hpp"

#include <utility>

#include "sim/world/connection.hpp"
#include "sim/world/each_linked.hpp"
#include "sim/world/sim_stream.hpp"
#include "sim/world/sockets.hpp"

namespace weir::sim::internal {

SimListener::SimListener(Sockets& host, const Endpoint& at, std::size_t backlog, bool shares_port)
    : host_(&host),
      at_(at),
      backlog_(backlog),
      shares_port_(shares_port),
      acceptable_(host.run_queue()) {}

io::AcceptResult SimListener::try_accept() {
  if (queue_.empty()) return {nullptr, io::AcceptStatus::would_block};
  if (!host_->take_descriptor()) return {nullptr, io::AcceptStatus::no_descriptors};
  Connection& connection = queue_.front().connection;
  leave(connection.end(1));
  connection.accepted();
  return {std::make_unique<SimStream>(connection, 1), io::AcceptStatus::ok};
}

task::Event& SimListener::acceptable() {
  if (queue_.empty()) {
    wanted_ = true;
  } else {
    acceptable_.signal();
  }
  return acceptable_;
}

void SimListener::expect(End& half_open) noexcept {
  half_open.listener = this;
  half_open_.push_back(half_open.waiting);
  ++waiting_;
}

void SimListener::established(End& end) noexcept {
  end.waiting.unlink();
  queue_.push_back(end.waiting);
  if (std::exchange(wanted_, false)) acceptable_.signal();
}

void SimListener::drop(End& half_open) noexcept { leave(half_open); }

void SimListener::leave(End& end) noexcept {
  end.waiting.unlink();
  end.listener = nullptr;
  --waiting_;
}

void SimListener::close() {
  if (host_ == nullptr) return;
  std::exchange(host_, nullptr)->remove(*this);
  const auto reset = [this](End::Waiting& waiting) {
    Connection& connection = waiting.connection;
    leave(connection.end(1));
    connection.reset_unaccepted();
  };
  each_linked(half_open_, reset);
  each_linked(queue_, reset);
}

void SimListener::let_go() noexcept {
  if (host_ == nullptr) return;
  std::exchange(host_, nullptr)->remove(*this);
  const auto leave_it = [this](End::Waiting& waiting) { leave(waiting.connection.end(1)); };
  each_linked(half_open_, leave_it);
  each_linked(queue_, leave_it);
}

}  // namespace weir::sim::internal
