#pragma once
// ByteRing: bytes in order, appended at the back and taken from the front; grows as needed and
// holds next to no memory when it is empty. The owner bounds it.
//
//   ring.append(bytes);   ring.take(into);   ring.drop_back(n);

#include <cstddef>
#include <memory>

#include "base/bytes.hpp"

namespace weir::sim::internal {

class ByteRing {
 public:
  static constexpr std::size_t kKeptBytes = 1024;  // more than this is freed when it is empty

  std::size_t size() const noexcept { return size_; }

  void append(ConstBytes bytes);
  void take(MutableBytes into) noexcept;        // at most size() bytes
  void drop_front(std::size_t bytes) noexcept;  // at most size()
  void drop_back(std::size_t bytes) noexcept;   // at most size()

 private:
  void grow(std::size_t size);
  void copy_out(std::byte* to, std::size_t bytes) const noexcept;
  void emptied() noexcept;

  std::unique_ptr<std::byte[]> bytes_;
  std::size_t capacity_ = 0;  // 0 or a power of two
  std::size_t first_ = 0;     // below capacity_
  std::size_t size_ = 0;
};

}  // namespace weir::sim::internal
