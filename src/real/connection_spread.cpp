#include "real/connection_spread.hpp"

#include <utility>

namespace weir::real {

ConnectionSpread::ConnectionSpread(std::size_t workers) : slots_(workers) {}

std::size_t ConnectionSpread::place(std::size_t worker) const noexcept {
  std::size_t least = worker;
  std::int32_t fewest = slots_[worker].open.load(std::memory_order_relaxed);
  const std::int32_t own = fewest;
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    if (!slots_[i].joined.load(std::memory_order_relaxed)) continue;
    const std::int32_t open = slots_[i].open.load(std::memory_order_relaxed);
    if (open < fewest) {
      fewest = open;
      least = i;
    }
  }
  return own > fewest + fewest / 10 + 2 ? least : worker;
}

bool ConnectionSpread::hand_over(std::size_t to, const HandedOver& connection) {
  Slot& slot = slots_[to];
  const std::lock_guard lock(slot.mutex);
  if (!slot.joined.load(std::memory_order_relaxed) || slot.mailbox.size() >= kMailboxMax) {
    return false;
  }
  slot.open.fetch_add(1, std::memory_order_relaxed);
  slot.mailbox.push_back(connection);
  if (slot.mailbox.size() == 1) slot.wake();
  return true;
}

std::vector<HandedOver> ConnectionSpread::take(std::size_t worker) {
  Slot& slot = slots_[worker];
  const std::lock_guard lock(slot.mutex);
  return std::exchange(slot.mailbox, {});
}

void ConnectionSpread::stop() {
  for (Slot& slot : slots_) {
    const std::lock_guard lock(slot.mutex);
    slot.joined.store(false, std::memory_order_relaxed);
  }
}

void ConnectionSpread::join(std::size_t worker, std::function<void()> wake) {
  Slot& slot = slots_[worker];
  const std::lock_guard lock(slot.mutex);
  slot.wake = std::move(wake);
  slot.joined.store(true, std::memory_order_relaxed);
}

std::vector<HandedOver> ConnectionSpread::leave(std::size_t worker) {
  Slot& slot = slots_[worker];
  const std::lock_guard lock(slot.mutex);
  slot.joined.store(false, std::memory_order_relaxed);
  slot.wake = nullptr;
  return std::exchange(slot.mailbox, {});
}

}  // namespace weir::real
