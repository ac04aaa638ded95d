#include "sim/world/port_table.hpp"

#include "base/assert.hpp"

namespace weir::sim::internal {

std::optional<std::uint16_t> PortTable::take(const Endpoint& remote, Range range, TimePoint now,
                                             const IsReserved& is_reserved) {
  while (!late_.empty() && late_.front().free_from <= now) {
    free_now(late_.front().remote, late_.front().port);
    late_.pop_front();
  }
  if (range.first > range.last) return std::nullopt;
  Used& used = used_[remote];
  const std::size_t size = std::size_t{range.last} - range.first + 1;
  for (std::size_t tried = 0; tried < size; ++tried) {
    if (next_ < range.first || next_ > range.last) next_ = range.first;
    const std::uint16_t port = next_++;
    if (port < used.ports.size() && used.ports[port]) continue;
    if (is_reserved(port)) continue;
    if (port >= used.ports.size()) used.ports.resize(std::size_t{port} + 1);
    used.ports[port] = true;
    ++used.count;
    return port;
  }
  if (used.count == 0) used_.erase(remote);
  return std::nullopt;
}

void PortTable::release(const Endpoint& remote, std::uint16_t port, TimePoint free_from) {
  if (free_from > TimePoint()) {
    late_.push_back(Late{free_from, remote, port});
  } else {
    free_now(remote, port);
  }
}

void PortTable::free_now(const Endpoint& remote, std::uint16_t port) {
  const auto found = used_.find(remote);
  ASSERT(found != used_.end() && port < found->second.ports.size() && found->second.ports[port],
         "only a port that was taken is released");
  found->second.ports[port] = false;
  if (--found->second.count == 0) used_.erase(found);
}

bool PortTable::is_used(std::uint16_t port) const {
  for (const auto& [remote, used] : used_) {
    if (port < used.ports.size() && used.ports[port]) return true;
  }
  return false;
}

void PortTable::clear() {
  used_.clear();
  late_.clear();
}

}  // namespace weir::sim::internal
