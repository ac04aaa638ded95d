#pragma once
// PortTable: the local ports that a host's outgoing connections use. As on Linux, the same port
// may serve connections to different remote endpoints.
//
//   std::optional<std::uint16_t> port = table.take(remote, range, now);
//   table.release(remote, *port, free_from);
//
// Ports are handed out in turn, so that one is not used again before all others were.

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <vector>

#include "base/endpoint.hpp"
#include "base/time.hpp"

namespace weir::sim::internal {

class PortTable {
 public:
  struct Range {
    std::uint16_t first = 0;
    std::uint16_t last = 0;  // included
  };
  using IsReserved = std::function<bool(std::uint16_t)>;

  // nullopt when every port of the range is used for that remote endpoint or is reserved.
  std::optional<std::uint16_t> take(const Endpoint& remote, Range range, TimePoint now,
                                    const IsReserved& is_reserved);
  // It can be taken again at `free_from`.
  void release(const Endpoint& remote, std::uint16_t port, TimePoint free_from);

  bool is_used(std::uint16_t port) const;  // for any remote endpoint
  void clear();

 private:
  struct Used {
    std::vector<bool> ports;  // by number; as long as it needs to be
    std::size_t count = 0;
  };
  struct Late {
    TimePoint free_from;
    Endpoint remote;
    std::uint16_t port;
  };

  void free_now(const Endpoint& remote, std::uint16_t port);

  std::map<Endpoint, Used> used_;
  std::deque<Late> late_;  // by free_from
  std::uint16_t next_ = 0;
};

}  // namespace weir::sim::internal
