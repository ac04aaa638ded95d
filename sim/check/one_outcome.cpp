#include "sim/check/one_outcome.hpp"

#include <fmt/format.h>

namespace weir::sim::check {

OneOutcome::Counts& OneOutcome::of(std::uint64_t connection) {
  if (connections_.size() <= connection) connections_.resize(connection + 1);
  return connections_[connection];
}

void OneOutcome::begun(TimePoint now, std::uint64_t connection, std::uint32_t request) {
  Counts& counts = of(connection);
  ++exchanges_;
  if (counts.begun != request || counts.ended != counts.begun) {
    fail(now, fmt::format("connection {}: request {} begins after {} begun and {} ended",
                          connection, request, counts.begun, counts.ended));
  }
  ++counts.begun;
}

void OneOutcome::ended(TimePoint now, std::uint64_t connection, std::uint32_t request,
                       model::Outcome outcome) {
  Counts& counts = of(connection);
  if (counts.ended != request || counts.begun != request + 1) {
    fail(now, fmt::format("connection {}: request {} has the outcome {}, after {} begun and {} "
                          "ended",
                          connection, request, to_string(outcome), counts.begun, counts.ended));
  }
  ++counts.ended;
}

void OneOutcome::finish(TimePoint now) {
  for (std::size_t connection = 0; connection < connections_.size(); ++connection) {
    const Counts& counts = connections_[connection];
    if (counts.begun == counts.ended) continue;
    fail(now, fmt::format("connection {}: request {} has no outcome at the end of the run",
                          connection, counts.ended));
  }
}

std::string OneOutcome::summary() const {
  return fmt::format("{} exchanges on {} connections, each with one outcome",
                     text_of_count(exchanges_), text_of_count(connections_.size()));
}

}  // namespace weir::sim::check
