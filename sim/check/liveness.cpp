#include "sim/check/liveness.hpp"

#include <fmt/format.h>

namespace weir::sim::check {
namespace {

constexpr std::uint64_t kGoodputPercentMin = 99;

}  // namespace

void Liveness::exchange_ended(TimePoint now, TimePoint begun_at, model::Outcome outcome) {
  if (!judged_from_ || begun_at < *judged_from_) return;
  if (outcome == model::Outcome::quit || outcome == model::Outcome::abandoned) return;
  ++exchanges_;
  if (outcome == model::Outcome::complete) {
    ++complete_;
  } else if (first_outcome_ == model::Outcome::complete) {
    first_failure_ = now;
    first_outcome_ = outcome;
  }
}

void Liveness::finish(TimePoint now) {
  if (complete_ * 100 >= exchanges_ * kGoodputPercentMin) return;
  fail(now, fmt::format("of {} exchanges that began after {} only {} were complete; the first that "
                        "was not ended as {} at {}",
                        exchanges_, text_of(*judged_from_), complete_, to_string(first_outcome_),
                        text_of(first_failure_)));
}

std::string Liveness::summary() const {
  if (!judged_from_) return "not judged: the plan leaves something broken";
  return fmt::format("of {} exchanges that began after {} all but {} were complete",
                     text_of_count(exchanges_), text_of(*judged_from_),
                     text_of_count(exchanges_ - complete_));
}

}  // namespace weir::sim::check
