#include "sim/check/buffers_returned.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "io/buffer_pool.hpp"

namespace weir::sim::check {
namespace {

using io::BufferPool;

// One more than 64 KiB needs, for a first block that is half consumed; two directions.
constexpr std::uint64_t kBlocksPerSession =
    2 * (BufferPool::kScratchBytes / BufferPool::kBlockBytes + 1);

}  // namespace

void BuffersReturned::sample(TimePoint now, std::uint64_t blocks, std::uint64_t open_sessions) {
  blocks_max_ = std::max(blocks_max_, blocks);
  if (blocks <= kBlocksPerSession * open_sessions) return;
  fail(now, fmt::format("the proxy holds {} KiB of buffers for {} sessions",
                        blocks * BufferPool::kBlockBytes / 1024, open_sessions));
}

void BuffersReturned::finish(TimePoint now, std::uint64_t blocks) {
  if (blocks == 0) return;
  fail(now, fmt::format("{} buffers were never given back", blocks));
}

std::uint64_t BuffersReturned::bytes_max() const noexcept {
  return blocks_max_ * BufferPool::kBlockBytes;
}

std::string BuffersReturned::summary() const {
  return fmt::format("all given back, at most {} KiB lent at a time", bytes_max() / 1024);
}

}  // namespace weir::sim::check
