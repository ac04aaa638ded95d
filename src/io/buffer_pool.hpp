#pragma once
// BufferPool: the read buffers of one worker, so that an idle connection holds none.
//
// scratch() is the one large buffer that every read goes into; it is valid until the next wait.
// What a session cannot pass on at once it keeps in Blocks that it borrows here, usually through
// io::ByteQueue, and gives back when they are empty. Blocks that came back are reused, up to
// kKeptMax of them; beyond that they are freed.

#include <array>
#include <cstddef>
#include <memory>
#include <vector>

#include "base/bytes.hpp"
#include "base/census.hpp"

namespace weir::io {

class BufferPool {
 public:
  static constexpr std::size_t kScratchBytes = 64 * 1024;
  static constexpr std::size_t kHeadBytes = 16 * 1024;
  static constexpr std::size_t kBlockBytes = 16 * 1024;
  static constexpr std::size_t kKeptMax = 256;  // 4 MiB a worker

  struct Block : Counted<Kind::buffer> {
    std::array<std::byte, kBlockBytes> bytes;
  };

  BufferPool()
      : scratch_(std::make_unique_for_overwrite<std::byte[]>(kScratchBytes + kHeadBytes)) {}

  MutableBytes scratch() noexcept { return {scratch_.get(), kScratchBytes}; }

  // The same memory with some more: bodies are often of 64 KiB, and come with their heads.
  MutableBytes scratch_for_message() noexcept {
    return {scratch_.get(), kScratchBytes + kHeadBytes};
  }

  std::unique_ptr<Block> borrow() {
    ++borrowed_;
    if (kept_.empty()) return std::make_unique_for_overwrite<Block>();
    std::unique_ptr<Block> block = std::move(kept_.back());
    kept_.pop_back();
    return block;
  }

  void give_back(std::unique_ptr<Block> block) {
    --borrowed_;
    if (kept_.size() < kKeptMax) kept_.push_back(std::move(block));
  }

  std::size_t borrowed() const noexcept { return borrowed_; }

 private:
  std::unique_ptr<std::byte[]> scratch_;
  std::vector<std::unique_ptr<Block>> kept_;
  std::size_t borrowed_ = 0;
};

}  // namespace weir::io
