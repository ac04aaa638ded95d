#pragma once
// find_divergence: runs a thing twice; when the two runs differ, finds the first event that does,
// by comparing the checkpoints of their traces and then the events of the stretch where they part.
//
//   const auto divergence = find_divergence([&](Trace::Sink* sink) {
//     return run(scenario, {.seed = 7, .sink = sink});
//   });
//   if (divergence) print(divergence->story);
//
// Nothing is kept of a run but a hash for every 1,024 events, so long runs cost no memory.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "sim/check/verdict.hpp"
#include "sim/world/trace.hpp"

namespace weir::sim::scenario {

struct Divergence {
  std::uint64_t first_event = 0;  // its number, or that of the stretch's first event
  std::string story;
};

using Runner = std::function<check::Verdict(Trace::Sink*)>;

// `first` receives the verdict of the first run.
std::optional<Divergence> find_divergence(const Runner& run_once, check::Verdict& first);

std::string text_of(const Event& event);  // "event 17 at 0.012000 s: data, actor 3, size 128"

}  // namespace weir::sim::scenario
