#include "sim/check/http_answers.hpp"

#include <fmt/format.h>

namespace weir::sim::check {

HttpAnswers::Counts& HttpAnswers::of(std::uint64_t connection) {
  if (connections_.size() <= connection) connections_.resize(connection + 1);
  return connections_[connection];
}

void HttpAnswers::begun(TimePoint now, const model::HttpTag& tag) {
  Counts& counts = of(tag.connection);
  ++requests_;
  if (counts.begun != tag.request) {
    fail(now,
         fmt::format("request {} begins after {} on its connection", to_string(tag), counts.begun));
  }
  ++counts.begun;
}

void HttpAnswers::ended(TimePoint now, const model::HttpTag& tag) {
  Counts& counts = of(tag.connection);
  if (counts.ended != tag.request || counts.begun <= tag.request) {
    fail(now, fmt::format("request {} ends, after {} begun and {} ended on its connection",
                          to_string(tag), counts.begun, counts.ended));
  }
  ++counts.ended;
}

void HttpAnswers::wrong(TimePoint now, const model::HttpTag& tag, const std::string& story) {
  fail(now, fmt::format("instead of the answer to request {}: {}", to_string(tag), story));
}

void HttpAnswers::finish(TimePoint now) {
  for (std::size_t connection = 0; connection < connections_.size(); ++connection) {
    const Counts& counts = connections_[connection];
    if (counts.begun == counts.ended) continue;
    fail(now, fmt::format("request {}/{} has no outcome at the end of the run", connection,
                          counts.ended));
  }
}

std::string HttpAnswers::summary() const {
  return fmt::format("{} requests, each with its own answer or a failure that shows",
                     text_of_count(requests_));
}

}  // namespace weir::sim::check
