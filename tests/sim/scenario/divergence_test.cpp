#include "sim/scenario/divergence.hpp"

#include <catch2/catch.hpp>

using namespace weir;
using namespace weir::sim;
using namespace weir::sim::scenario;

namespace {

constexpr std::uint64_t kEvents = 10'000;

// A "run" of numbered events; event `odd` has another size than in other runs.
check::Verdict traced(Trace::Sink* sink, std::uint64_t odd, std::uint64_t events = kEvents) {
  Trace trace;
  trace.set_sink(sink);
  for (std::uint64_t i = 0; i < events; ++i) {
    trace.record(TimePoint(Duration(static_cast<std::int64_t>(i))), EventKind::note, 7,
                 i == odd ? 1 : 0);
  }
  check::Verdict verdict;
  verdict.hash = trace.hash();
  verdict.trace_events = trace.events();
  verdict.checkpoints = trace.checkpoints();
  return verdict;
}

}  // namespace

TEST_CASE("runs that are the same do not diverge") {
  check::Verdict first;
  int runs = 0;
  const auto same = [&](Trace::Sink* sink) {
    ++runs;
    return traced(sink, 5);
  };
  CHECK_FALSE(find_divergence(same, first));
  CHECK(runs == 2);
  CHECK(first.hash == traced(nullptr, 5).hash);
}

TEST_CASE("the first event that differs is found, wherever it is") {
  const std::uint64_t odd = GENERATE(0, 1, 1023, 1024, 1025, 5000, 9999);
  int runs = 0;
  check::Verdict first;
  const auto divergence = find_divergence(
      [&](Trace::Sink* sink) { return traced(sink, ++runs % 2 == 0 ? odd : kEvents); }, first);
  REQUIRE(divergence);
  CHECK(divergence->first_event == odd);
  CHECK_THAT(divergence->story, Catch::Contains("size 0") && Catch::Contains("size 1"));
}

TEST_CASE("a run that ends before the other differs by its end") {
  int runs = 0;
  check::Verdict first;
  const auto divergence = find_divergence(
      [&](Trace::Sink* sink) { return traced(sink, kEvents, ++runs % 2 == 0 ? 3000 : 3001); },
      first);
  REQUIRE(divergence);
  CHECK(divergence->first_event == 3000);
  CHECK_THAT(divergence->story, Catch::Contains("(the run has ended)"));
}

TEST_CASE("a difference that does not come again is told as that") {
  int runs = 0;
  check::Verdict first;
  const auto divergence = find_divergence(
      [&](Trace::Sink* sink) { return traced(sink, ++runs == 1 ? 4000 : kEvents); }, first);
  REQUIRE(divergence);
  CHECK_THAT(divergence->story, Catch::Contains("it does not happen every time"));
  CHECK(divergence->first_event == 3 * Trace::kCheckpointEvery);
}
