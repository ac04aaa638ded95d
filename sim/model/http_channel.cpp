#include "sim/model/http_channel.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace weir::sim::model {
namespace {

constexpr std::uint64_t kBodyBytesMax = 16 * 1024;  // made at a time, and in one chunk

void append_body(std::string& text, const HttpMessage& message, std::uint64_t from) {
  const auto bytes = static_cast<std::size_t>(std::min(kBodyBytesMax, message.body_bytes - from));
  if (message.chunked) text += fmt::format("{:x}\r\n", bytes);
  const std::size_t at = text.size();
  text.resize(at + bytes);
  message.body.fill(std::as_writable_bytes(std::span(text.data() + at, bytes)), from);
  if (message.chunked) text += "\r\n";
}

}  // namespace

// The first portion goes with the head, the last chunk with what is before it.
task::Task<Step> HttpChannel::send(HttpMessage message, TimePoint deadline) {
  std::string text = std::move(message.head);
  std::uint64_t made = 0;
  std::uint64_t sent = 0;
  for (;;) {
    if (made < message.body_bytes) append_body(text, message, made);
    made = std::min(message.body_bytes, made + kBodyBytesMax);
    const bool is_last = made == message.body_bytes;
    if (is_last && message.chunked && message.whole) text += "0\r\n\r\n";
    if (is_last) text += message.tail;
    if (text.size() > message.bytes_max - sent) {
      text.resize(static_cast<std::size_t>(message.bytes_max - sent));
    }
    const Step step = co_await wire_.write(as_bytes(text), deadline);
    sent += text.size();
    if (step != Step::ok || is_last || sent == message.bytes_max) co_return step;
    text.clear();
  }
}

task::Task<Step> HttpChannel::receive(TimePoint deadline) {
  for (;;) {
    part_ = decoder_.next(unread_);
    if (part_ == HttpPart::malformed) co_return Step::corrupt;
    if (part_ != HttpPart::more) {
      if (part_ != HttpPart::body) keep_unread();
      co_return Step::ok;
    }
    const Wire::Read got = co_await wire_.read(io::BufferPool::kScratchBytes, deadline);
    if (got.step == Step::ok) {
      unread_ = got.bytes;
      continue;
    }
    if (got.step != Step::end) co_return got.step;
    part_ = decoder_.stream_ended();
    if (part_ == HttpPart::more) co_return Step::end;
    was_cut_ = part_ == HttpPart::malformed;
    co_return was_cut_ ? Step::corrupt : Step::ok;
  }
}

// The owner may wait now, and the scratch buffer is everybody's.
void HttpChannel::keep_unread() {
  if (unread_.empty()) return;
  std::string rest(as_text(unread_));
  kept_ = std::move(rest);
  unread_ = as_bytes(kept_);
}

}  // namespace weir::sim::model
