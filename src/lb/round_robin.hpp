#pragma once
// RoundRobin: whose turn it is, shared by all workers, so that N workers together are as fair as
// one (N counters of their own would start in step and send each first connection to the same
// backend).
//
//   const std::size_t first = turn.next(backends.size());
//
// One relaxed atomic increment a pick; it knows nothing of the backends but how many there are.

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "base/assert.hpp"

namespace weir::lb {

class RoundRobin {
 public:
  std::size_t next(std::size_t count) noexcept {
    ASSERT(count > 0, "there is at least one backend to take turns");
    return turn_.fetch_add(1, std::memory_order_relaxed) % count;
  }

 private:
  alignas(64) std::atomic<std::uint64_t> turn_{0};
};

}  // namespace weir::lb
