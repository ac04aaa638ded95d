#include "sim/world/sockets.hpp"

#include <algorithm>

#include "base/assert.hpp"
#include "sim/world/addresses.hpp"
#include "sim/world/connect_attempt.hpp"
#include "sim/world/connection.hpp"
#include "sim/world/each_linked.hpp"
#include "sim/world/fabric.hpp"
#include "sim/world/sim_listener.hpp"
#include "sim/world/sim_stream.hpp"

namespace weir::sim::internal {

Sockets::Sockets(Fabric& fabric, task::RunQueue& run_queue, std::uint32_t number)
    : fabric_(fabric),
      run_queue_(run_queue),
      number_(number),
      short_io_random_(fabric.kernel().random("short_io", number)) {
  fabric.add(*this);
}

void Sockets::close_all() {
  while (!listeners_.empty()) listeners_.front()->close();
  each_linked(attempts_, [](ConnectAttempt& attempt) { attempt.close(); });
  each_linked(streams_, [](SimStream& stream) { stream.close(); });
  ASSERT(descriptors_ == 0, "a process that died holds no descriptors");
}

void Sockets::vanish() {
  while (!listeners_.empty()) listeners_.front()->let_go();
  each_linked(attempts_, [](ConnectAttempt& attempt) { attempt.let_go(); });
  each_linked(streams_, [](SimStream& stream) { stream.let_go(); });
  ASSERT(descriptors_ == 0, "a machine without power holds no descriptors");
  fabric_.vanish(*this);
  ports_.clear();
}

Endpoint Sockets::at(std::uint16_t port) const noexcept { return address_of(number_, port); }

bool Sockets::take_descriptor() noexcept {
  if (descriptors_ >= limits_.descriptors_max) return false;
  ++descriptors_;
  return true;
}

void Sockets::give_back_descriptor() noexcept {
  ASSERT(descriptors_ > 0, "a descriptor is given back once");
  --descriptors_;
}

std::optional<std::uint16_t> Sockets::take_port(const Endpoint& remote) {
  const PortTable::Range range{limits_.first_port, limits_.last_port};
  return ports_.take(remote, range, fabric_.kernel().now(),
                     [this](std::uint16_t port) { return is_listened_on(port); });
}

void Sockets::release_port(const Endpoint& remote, std::uint16_t port, bool after_time_wait) {
  const bool waits = after_time_wait && limits_.time_wait > Duration(0);
  const TimePoint now = fabric_.kernel().now();
  ports_.release(remote, port, waits ? after(now, limits_.time_wait) : TimePoint());
}

Result<std::unique_ptr<io::Listener>> Sockets::listen(Endpoint at,
                                                      const io::ListenOptions& options) {
  const auto failure = [](ErrorCode code) { return std::unexpected(Error{code}); };
  if (!is_any(at) && !is_loopback(at) && host_number_of(at) != number_) {
    return failure(ErrorCode::address_not_ours);
  }
  if (at.port == 0) {
    const std::optional<std::uint16_t> port = free_port();
    if (!port) return failure(ErrorCode::address_in_use);
    at.port = *port;
  }
  if (!is_free(at, options.share_port)) return failure(ErrorCode::address_in_use);
  if (!take_descriptor()) return failure(ErrorCode::no_descriptors);
  const std::size_t asked = options.backlog < 0 ? limits_.somaxconn : std::size_t(options.backlog);
  auto listener = std::make_unique<SimListener>(*this, at, std::min(asked, limits_.somaxconn),
                                                options.share_port);
  listeners_.push_back(listener.get());
  return listener;
}

// Two listeners may share a port when both want to, or when each has an address of its own.
bool Sockets::is_free(const Endpoint& at, bool share) const noexcept {
  for (const SimListener* other : listeners_) {
    const Endpoint theirs = other->local();
    if (theirs.port != at.port || (share && other->shares_port())) continue;
    if (is_any(theirs) || is_any(at) || theirs == at) return false;
  }
  return true;
}

std::optional<std::uint16_t> Sockets::free_port() const {
  for (std::uint32_t port = limits_.first_port; port <= limits_.last_port; ++port) {
    const auto candidate = static_cast<std::uint16_t>(port);
    if (!is_listened_on(candidate) && !ports_.is_used(candidate)) return candidate;
  }
  return std::nullopt;
}

bool Sockets::is_listened_on(std::uint16_t port) const noexcept {
  const auto has_port = [port](const SimListener* l) { return l->local().port == port; };
  return std::any_of(listeners_.begin(), listeners_.end(), has_port);
}

// Listeners at exactly this address come before those at any address. Of several that share it,
// a hash of the connection decides, as Linux does for SO_REUSEPORT.
SimListener* Sockets::listener_for(const Endpoint& local, const Endpoint& remote) noexcept {
  const auto takes = [&local](const SimListener& listener, bool exactly) {
    const Endpoint at = listener.local();
    return exactly ? at == local : is_any(at) && at.port == local.port;
  };
  for (const bool exactly : {true, false}) {
    std::size_t count = 0;
    for (const SimListener* listener : listeners_) count += takes(*listener, exactly) ? 1 : 0;
    if (count == 0) continue;
    const std::uint64_t hash = mix(fabric_.kernel().seed(), mix(key_of(remote), key_of(local)));
    std::size_t skip = count == 1 ? 0 : hash % count;
    for (SimListener* listener : listeners_) {
      if (takes(*listener, exactly) && skip-- == 0) return listener;
    }
  }
  return nullptr;
}

std::size_t Sockets::shorten(std::size_t bytes) noexcept {
  if (short_io_.of_these == 0 || bytes <= 1) return bytes;
  if (!short_io_random_.chance(short_io_)) return bytes;
  return 1 + short_io_random_.below(bytes - 1);
}

void Sockets::add(SimStream& stream) noexcept { streams_.push_back(stream); }
void Sockets::add(ConnectAttempt& attempt) noexcept { attempts_.push_back(attempt); }

void Sockets::remove(SimListener& listener) noexcept {
  std::erase(listeners_, &listener);
  give_back_descriptor();
}

}  // namespace weir::sim::internal
