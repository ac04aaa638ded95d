#include "sim/world/sim_stream.hpp"

#include <utility>

#include "base/assert.hpp"
#include "sim/world/connection.hpp"
#include "sim/world/sockets.hpp"

namespace weir::sim::internal {

SimStream::SimStream(Connection& connection, unsigned side)
    : connection_(&connection),
      side_(side),
      readable_(connection.end(side).host.run_queue()),
      writable_(connection.end(side).host.run_queue()),
      broken_(connection.end(side).host.run_queue()),
      local_(connection.end(side).address),
      peer_(connection.end(1 - side).address) {
  connection.end(side).stream = this;
  connection.end(side).host.add(*this);
}

io::IoResult SimStream::try_read(MutableBytes into) {
  if (connection_ == nullptr) return {0, io::IoStatus::reset};
  return connection_->read(side_, into);
}

io::IoResult SimStream::try_write(std::span<const ConstBytes> pieces) {
  ASSERT(!shut_down_, "nothing is written after shutdown_write()");
  if (connection_ == nullptr) return {0, io::IoStatus::reset};
  return connection_->write(side_, pieces);
}

task::Event& SimStream::readable() {
  if (connection_ == nullptr || connection_->can_read(side_)) {
    readable_.signal();
  } else {
    read_wanted_ = true;
  }
  return readable_;
}

task::Event& SimStream::writable() {
  if (connection_ == nullptr || connection_->can_write(side_)) {
    writable_.signal();
  } else {
    write_wanted_ = true;
  }
  return writable_;
}

task::Event& SimStream::broken() {
  if (connection_ == nullptr || connection_->is_cut_off(side_)) {
    broken_.signal();
  } else {
    broken_wanted_ = true;
  }
  return broken_;
}

std::size_t SimStream::unacknowledged() const {
  return connection_ == nullptr ? 0 : connection_->flow(side_).unacknowledged();
}

void SimStream::shutdown_write() {
  if (std::exchange(shut_down_, true) || connection_ == nullptr) return;
  connection_->shutdown_write(side_);
}

// Nothing is left to be read or told: the stream is as lost as when its process is killed.
void SimStream::abort() {
  if (connection_ == nullptr) return;
  Connection& connection = *connection_;
  let_go();
  connection.abort(side_);
  connection.settle();
  failed();
}

void SimStream::became_readable() noexcept {
  if (std::exchange(read_wanted_, false)) readable_.signal();
}

void SimStream::became_writable() noexcept {
  if (std::exchange(write_wanted_, false)) writable_.signal();
}

void SimStream::failed() noexcept {
  became_readable();
  became_writable();
  const bool cut_off = connection_ == nullptr || connection_->is_cut_off(side_);
  if (cut_off && std::exchange(broken_wanted_, false)) broken_.signal();
}

void SimStream::close() {
  if (connection_ == nullptr) return;
  Connection& connection = *connection_;
  let_go();
  connection.close(side_);
  connection.settle();
}

void SimStream::let_go() noexcept {
  if (connection_ == nullptr) return;
  End& end = std::exchange(connection_, nullptr)->end(side_);
  end.stream = nullptr;
  end.host.give_back_descriptor();
  ListHook::unlink();
}

}  // namespace weir::sim::internal
