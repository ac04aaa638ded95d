#pragma once
// Staging: where a worker puts answers together, so that what one recv brought is answered with
// one send. It belongs to one connection at a time and is empty whenever that waits.

#include <array>
#include <cstring>
#include <memory>
#include <string_view>

#include "base/assert.hpp"
#include "base/bytes.hpp"

namespace weir::backend {

class Staging {
 public:
  static constexpr std::size_t kBytes = 32 * 1024;

  MutableBytes room() noexcept { return {bytes_.get() + size_, kBytes - size_}; }
  void took(std::size_t bytes) noexcept { size_ += bytes; }  // that much of room() was filled

  void add(ConstBytes bytes) noexcept {
    ASSERT(bytes.size() <= kBytes - size_, "the caller has made sure that there is room");
    std::memcpy(bytes_.get() + size_, bytes.data(), bytes.size());
    size_ += bytes.size();
  }

  ConstBytes filled() const noexcept { return {bytes_.get(), size_}; }
  bool empty() const noexcept { return size_ == 0; }
  void cut(std::size_t size) noexcept { size_ = size; }  // keeps the first `size` bytes
  void clear() noexcept { size_ = 0; }

 private:
  std::unique_ptr<std::byte[]> bytes_ = std::make_unique_for_overwrite<std::byte[]>(kBytes);
  std::size_t size_ = 0;
};

}  // namespace weir::backend
