#include "proxy/gather.hpp"

#include <algorithm>
#include <utility>

#include "http/head_writer.hpp"

namespace weir::proxy {
namespace {

bool is_alive(io::IoStatus status) noexcept {
  return status == io::IoStatus::ok || status == io::IoStatus::would_block;
}

}  // namespace

void Gather::add_chunk(ConstBytes data) {
  if (data.empty()) return;  // an empty chunk would end the body
  const std::size_t begin = framing_.size();
  http::append_chunk_head(framing_, data.size());
  ASSERT(framing_.size() <= kFramingBytesMax, "there is room for the framing of all pieces");
  add(as_bytes(std::string_view(framing_).substr(begin)));
  add(data);
  add(as_bytes(http::kChunkEnd));
}

// For little, copying is cheaper than a gathering write.
void Gather::join() {
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < count_; ++i) bytes += pieces_[i].size();
  if (bytes > kJoinBytesMax) return;
  joined_.clear();
  for (std::size_t i = 0; i < count_; ++i) joined_ += as_text(pieces_[i]);
  pieces_[0] = as_bytes(joined_);
  count_ = 1;
}

bool Gather::send(io::Stream& to, io::ByteQueue& unsent) {
  if (count_ > 1) join();
  const std::size_t count = std::exchange(count_, 0);
  io::IoResult sent;
  if (count > 0 && unsent.empty()) sent = to.try_write(std::span(pieces_.data(), count));
  std::size_t taken = sent.bytes;
  for (std::size_t i = 0; i < count && is_alive(sent.status); ++i) {
    const std::size_t of_this = std::min(taken, pieces_[i].size());
    taken -= of_this;
    if (of_this < pieces_[i].size()) unsent.push(pieces_[i].subspan(of_this));
  }
  framing_.clear();
  return is_alive(sent.status);
}

bool flush(io::Stream& to, io::ByteQueue& unsent) {
  if (unsent.empty()) return true;
  return is_alive(unsent.try_write_to(to).status);
}

}  // namespace weir::proxy
