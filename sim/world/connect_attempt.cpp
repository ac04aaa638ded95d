#include "sim/world/connect_attempt.hpp"

#include <utility>

#include "base/assert.hpp"
#include "sim/world/addresses.hpp"
#include "sim/world/connection.hpp"
#include "sim/world/fabric.hpp"
#include "sim/world/sim_stream.hpp"
#include "sim/world/sockets.hpp"

namespace weir::sim::internal {

ConnectAttempt::ConnectAttempt(Sockets& host, const Endpoint& to)
    : host_(host), ended_(host.run_queue()) {
  begin(is_any(to) ? loopback_at(to.port) : to);  // as on Linux
}

void ConnectAttempt::begin(const Endpoint& to) {
  Fabric& fabric = host_.fabric();
  Sockets* server = fabric.host_at(to, host_);
  if (!host_.is_powered()) return fail(ErrorCode::unreachable);
  if (!host_.take_descriptor()) return fail(ErrorCode::no_descriptors);
  has_descriptor_ = true;
  if (server == nullptr) return fail(ErrorCode::unreachable);
  const std::optional<std::uint16_t> port = host_.take_port(to);
  if (!port) return fail(ErrorCode::no_ports);

  host_.add(*this);
  Endpoint local = is_loopback(to) ? to : host_.at(0);
  local.port = *port;
  const Connection::Side client_side{host_, local};
  const Connection::Side server_side{*server, to};
  connection_ = &fabric.connect(*this, client_side, server_side);
}

Result<std::unique_ptr<io::Stream>> ConnectAttempt::take() {
  ASSERT(has_ended_, "a stream is taken when it is connected");
  if (failure_) return std::unexpected(Error{*failure_, Side::upstream, true});
  Connection& connection = *std::exchange(connection_, nullptr);
  connection.end(0).attempt = nullptr;
  has_descriptor_ = false;  // it is the stream's from here on
  ListHook::unlink();
  return std::make_unique<SimStream>(connection, 0);
}

void ConnectAttempt::connected() noexcept {
  has_ended_ = true;
  ended_.signal();
}

void ConnectAttempt::fail(ErrorCode code) noexcept {
  if (connection_ != nullptr) std::exchange(connection_, nullptr)->end(0).attempt = nullptr;
  failure_ = code;
  has_ended_ = true;
  ended_.signal();
}

void ConnectAttempt::time_out() {
  close();
  failure_ = ErrorCode::timed_out;
}

void ConnectAttempt::close() {
  Connection* const connection = connection_;
  let_go();
  if (connection == nullptr) return;
  connection->close(0);
  connection->settle();
}

void ConnectAttempt::let_go() noexcept {
  if (connection_ != nullptr) fail(ErrorCode::reset);
  if (std::exchange(has_descriptor_, false)) host_.give_back_descriptor();
  ListHook::unlink();
}

}  // namespace weir::sim::internal
