#pragma once
// BytesExact: what arrived is exactly what was sent, in order, once; and where a stream ends
// cleanly, its sender had ended it there. Anything else must be an error that the receiver sees.
//
// This is the rule that a proxy must never break. Its facts: what the models found wrong while
// reading, lanes, and ends of connections on which no header ever came.

#include <map>
#include <utility>

#include "sim/check/oracle.hpp"
#include "sim/model/lane.hpp"

namespace weir::sim::check {

class BytesExact final : public Oracle {
 public:
  BytesExact() : Oracle("bytes-exact") {}

  // After the lane's counts were brought up to date.
  void received(TimePoint now, const model::Lane& lane, std::size_t bytes);
  void ended(const model::Lane& lane);
  void end_read(TimePoint now, const model::Lane& lane);

  void nameless_end_read(TimePoint now, model::Way way, std::uint64_t bytes);
  void nameless_close() { ++unread_ends_[{model::Way::down, 0}]; }
  void proxy_died() noexcept { proxy_died_ = true; }

  void corrupt(TimePoint now, model::Way way, std::uint64_t connection, const std::string& story);

  std::string summary() const override;

 private:
  std::uint64_t bytes_ = 0;
  std::uint64_t ends_ = 0;
  bool proxy_died_ = false;
  // Lanes that ended before their first header was through, by way and length; their ends are read
  // by somebody who cannot say which lane it was.
  std::map<std::pair<model::Way, std::uint64_t>, std::uint64_t> unread_ends_;
};

}  // namespace weir::sim::check
