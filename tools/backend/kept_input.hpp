#pragma once
// KeptInput: bytes that were read but cannot be worked on before the next wait, moved out of the
// worker's scratch buffer into borrowed blocks. Their views stay valid while the owner waits.
//
// Bounded by its use: it is filled only when it is empty, with at most what one read brought.

#include <algorithm>
#include <cstring>
#include <memory>
#include <vector>

#include "base/assert.hpp"
#include "base/bytes.hpp"
#include "io/buffer_pool.hpp"

namespace weir::backend {

class KeptInput {
 public:
  explicit KeptInput(io::BufferPool& pool) : pool_(pool) {}
  ~KeptInput() {
    while (!empty()) drop_front();
  }
  KeptInput(const KeptInput&) = delete;
  KeptInput& operator=(const KeptInput&) = delete;

  bool empty() const noexcept { return parts_.empty(); }

  void keep(ConstBytes bytes) {
    ASSERT(empty(), "kept input is used up before more is read");
    while (!bytes.empty()) {
      const std::size_t size = std::min(bytes.size(), io::BufferPool::kBlockBytes);
      parts_.push_back({pool_.borrow(), size});
      std::memcpy(parts_.back().block->bytes.data(), bytes.data(), size);
      bytes = bytes.subspan(size);
    }
  }

  ConstBytes front() const noexcept {
    return ConstBytes(parts_.front().block->bytes).first(parts_.front().size);
  }

  void drop_front() {
    pool_.give_back(std::move(parts_.front().block));
    parts_.erase(parts_.begin());  // at most four
  }

 private:
  struct Part {
    std::unique_ptr<io::BufferPool::Block> block;
    std::size_t size;
  };

  io::BufferPool& pool_;
  std::vector<Part> parts_;
};

}  // namespace weir::backend
