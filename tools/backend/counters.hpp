#pragma once
// What one worker has done. Written by that worker alone, read by whoever answers /stats: so an
// increment is a plain load and store, and no worker's counters share a cache line with another's.

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace weir::backend {

enum class Count : std::uint8_t {
  accepted,  // connections
  closed,    // connections
  requests,  // read wholly, answered or not
  answers_2xx,
  answers_3xx,
  answers_4xx,
  answers_5xx,
  refused,       // requests that could not be understood
  failed,        // injected: fail-rate
  resets,        // injected: reset-rate
  closed_early,  // injected: close-early
  hung,          // injected: hang, hang-health
  bytes_in,
  bytes_out,
};
inline constexpr std::size_t kCounts = 14;

class alignas(64) Counters {
 public:
  void add(Count count, std::uint64_t amount = 1) noexcept {
    std::atomic<std::uint64_t>& value = values_[static_cast<std::size_t>(count)];
    value.store(value.load(std::memory_order_relaxed) + amount, std::memory_order_relaxed);
  }
  std::uint64_t read(Count count) const noexcept {
    return values_[static_cast<std::size_t>(count)].load(std::memory_order_relaxed);
  }

 private:
  std::array<std::atomic<std::uint64_t>, kCounts> values_{};
};

// The sums over all workers as one JSON object.
std::string to_json(std::string_view name, const std::vector<Counters>& workers);

}  // namespace weir::backend
