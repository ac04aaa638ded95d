#include "sim/check/http_deadlines.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace weir::sim::check {

void HttpDeadlines::ended(TimePoint begun_at, TimePoint ended_at, const std::string& request) {
  const Duration took = ended_at - begun_at;
  longest_ = std::max(longest_, took);
  if (timeout_ == Duration::max() || took <= timeout_ + slack_) return;
  late_.push_back(Late{ended_at, took, request});
}

void HttpDeadlines::judge(const Late& late, Duration delay) {
  if (late.took <= timeout_ + slack_ + delay) return;
  fail(late.ended_at, fmt::format("request {} took {}, {} are allowed", late.request,
                                  text_of(late.took), text_of(timeout_)));
}

std::string HttpDeadlines::summary() const {
  return fmt::format("no request took longer than {}", text_of(longest_));
}

}  // namespace weir::sim::check
