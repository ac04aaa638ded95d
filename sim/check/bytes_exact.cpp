#include "sim/check/bytes_exact.hpp"

#include <fmt/format.h>

#include "sim/model/message.hpp"

namespace weir::sim::check {
namespace {

std::string name_of(const model::Lane& lane) {
  const bool served = (lane.connection & model::kServedBit) != 0;
  return fmt::format("{} {}, {}", served ? "served stream" : "connection",
                     lane.connection & ~model::kServedBit, to_string(lane.way));
}

const char* sender_of(model::Way way) noexcept {
  return way == model::Way::up ? "client" : "backend";
}

std::string state_of(const model::Lane& lane) {
  std::string text = fmt::format("{} had sent {}", sender_of(lane.way), lane.sent);
  if (lane.lost) return text + " and lost power";
  if (lane.broken) return text + " and the connection was broken";
  return text + (lane.ended ? " before its end" : " and had not ended");
}

}  // namespace

void BytesExact::received(TimePoint now, const model::Lane& lane, std::size_t bytes) {
  bytes_ += bytes;
  if (lane.received <= lane.sent) return;
  fail(now, fmt::format("{}: {} bytes arrived, but the {}", name_of(lane), lane.received,
                        state_of(lane)));
}

void BytesExact::ended(const model::Lane& lane) {
  if (!lane.claimed && lane.sent < model::kHeaderBytes) ++unread_ends_[{lane.way, lane.sent}];
}

void BytesExact::end_read(TimePoint now, const model::Lane& lane) {
  ++ends_;
  if (lane.excused || (lane.ended && lane.received == lane.sent)) return;
  fail(now, fmt::format("{}: a clean end after {} bytes, but the {}: a truncation that looks "
                        "complete",
                        name_of(lane), lane.received, state_of(lane)));
}

void BytesExact::nameless_end_read(TimePoint now, model::Way way, std::uint64_t bytes) {
  ++ends_;
  if (proxy_died_) return;
  std::uint64_t& left = unread_ends_[{way, bytes}];
  if (left > 0) {
    --left;
    return;
  }
  fail(now, fmt::format("a connection ({}) ended cleanly after {} bytes, but no {} ended there: a "
                        "truncation that looks complete",
                        to_string(way), bytes, sender_of(way)));
}

void BytesExact::corrupt(TimePoint now, model::Way way, std::uint64_t connection,
                         const std::string& story) {
  fail(now, fmt::format("connection {}, {}: {}", connection & ~model::kServedBit, to_string(way),
                        story));
}

std::string BytesExact::summary() const {
  return fmt::format("{} bytes arrived as they were sent, {} ends where the senders ended",
                     text_of_count(bytes_), text_of_count(ends_));
}

}  // namespace weir::sim::check
