#include "proxy/http_input.hpp"

#include <algorithm>

namespace weir::proxy {

io::IoResult HttpInput::fill(io::Stream& stream, io::BufferPool& buffers) {
  if (bytes_.empty()) {
    kept_ = {};
    const MutableBytes scratch = buffers.scratch_for_message();
    const io::IoResult got = stream.try_read(scratch);
    bytes_ = scratch.first(got.bytes);
    return got;
  }
  keep();
  if (kept_.size() >= kInputBytesMax) return {0, io::IoStatus::would_block};
  const std::size_t size = kept_.size();
  const std::size_t room = std::min(kReadBytes, kInputBytesMax - size);
  kept_.resize(size + room);
  const io::IoResult got = stream.try_read(std::span(kept_).subspan(size, room));
  kept_.resize(size + got.bytes);
  bytes_ = kept_;
  return got;
}

void HttpInput::keep() {
  if (bytes_.empty()) {
    kept_ = {};
    bytes_ = {};
    return;
  }
  if (bytes_.size() == kept_.size() && bytes_.data() == kept_.data()) return;
  std::vector<std::byte> rest(bytes_.begin(), bytes_.end());
  kept_ = std::move(rest);
  bytes_ = kept_;
}

}  // namespace weir::proxy
