#include "lb/latency_estimate.hpp"

#include <chrono>
#include <vector>

#include <catch2/catch.hpp>
#include <rapidcheck/catch.h>

using namespace weir;
using namespace std::chrono_literals;
using lb::Decay;
using lb::LatencyEstimate;

namespace {

const Decay kDecay(10s);

TimePoint at(Duration since_start) { return TimePoint{} + since_start; }

}  // namespace

TEST_CASE("a decay leaves 1/e after its memory and its powers after more") {
  constexpr std::uint64_t kOne = std::uint64_t{1} << 32;
  CHECK(kDecay.left_after(0s) == kOne);
  const auto near = [](std::uint64_t value, std::uint64_t expected) {
    return value >= expected - expected / 1000 && value <= expected + expected / 1000;
  };
  CHECK(near(kDecay.left_after(10s), 1580030169));  // 2^32 / e
  CHECK(near(kDecay.left_after(1s), 3886247114));   // 2^32 / e^0.1
  CHECK(near(kDecay.left_after(50s), 28939262));    // 2^32 / e^5
  CHECK(near(kDecay.left_after(6931471806ns), kOne / 2));
  CHECK(kDecay.left_after(1h) == 0);
  CHECK(kDecay.left_after(Duration::max()) == 0);
}

TEST_CASE("a decay never leaves more after a longer time") {
  rc::prop("for any two times", [] {
    const auto one = *rc::gen::inRange<std::int64_t>(0, Duration(60s).count());
    const auto other = *rc::gen::inRange<std::int64_t>(0, Duration(60s).count());
    // The roots' rounding may undo one part in 2^28 of the order.
    const std::uint64_t early = kDecay.left_after(Duration(std::min(one, other)));
    const std::uint64_t late = kDecay.left_after(Duration(std::max(one, other)));
    RC_ASSERT(late <= early + 16);
  });
}

TEST_CASE("an estimate is unknown until something was observed") {
  LatencyEstimate estimate;
  CHECK(estimate.at(at(5s), kDecay) == Duration(0));
  estimate.observe(at(5s), Duration(0), kDecay);  // faster than the clock: still known
  CHECK(estimate.at(at(5s), kDecay) == Duration(1));
}

TEST_CASE("an estimate jumps to a peak and comes down slowly") {
  LatencyEstimate estimate;
  estimate.observe(at(1s), 10ms, kDecay);
  CHECK(estimate.at(at(1s), kDecay) == 10ms);
  estimate.observe(at(2s), 2s, kDecay);
  CHECK(estimate.at(at(2s), kDecay) == 2s);
  estimate.observe(at(12s), 10ms, kDecay);  // 10 ms + 1990 ms / e
  const Duration after_memory = estimate.at(at(12s), kDecay);
  CHECK(after_memory > 741ms);
  CHECK(after_memory < 743ms);
}

TEST_CASE("an estimate fades while nobody asks, down to next to nothing but never to unknown") {
  LatencyEstimate estimate;
  estimate.observe(at(0s), 1s, kDecay);
  CHECK(estimate.at(at(10s), kDecay) < 369ms);
  CHECK(estimate.at(at(10s), kDecay) > 367ms);
  CHECK(estimate.at(at(24h), kDecay) == Duration(1));
}

TEST_CASE("time that runs backwards between workers is no time") {
  LatencyEstimate estimate;
  estimate.observe(at(10s), 1s, kDecay);
  estimate.observe(at(9s), 10ms, kDecay);
  CHECK(estimate.at(at(9s), kDecay) == 1s);
  CHECK(estimate.at(at(10s), kDecay) == 1s);
}

TEST_CASE("an estimate lies between the fastest and the slowest that was observed") {
  rc::prop("for any observations", [] {
    LatencyEstimate estimate;
    Duration fastest = Duration::max();
    Duration slowest{0};
    TimePoint now;
    const auto count = *rc::gen::inRange(1, 40);
    for (int i = 0; i < count; ++i) {
      now += Duration(*rc::gen::inRange<std::int64_t>(0, 5'000'000'000));
      const Duration latency(*rc::gen::inRange<std::int64_t>(1, 5'000'000'000));
      fastest = std::min(fastest, latency);
      slowest = std::max(slowest, latency);
      estimate.observe(now, latency, kDecay);
      RC_ASSERT(estimate.at(now, kDecay) >= latency);
      RC_ASSERT(estimate.at(now, kDecay) >= fastest);
      RC_ASSERT(estimate.at(now, kDecay) <= slowest);
    }
  });
}

TEST_CASE("a latency beyond all measure counts as the longest") {
  LatencyEstimate estimate;
  estimate.observe(at(1s), Duration::max(), kDecay);
  CHECK(estimate.at(at(1s), kDecay) == LatencyEstimate::kLatencyMax);
  estimate.observe(at(2s), 1s, kDecay);
  CHECK(estimate.at(at(2s), kDecay) < LatencyEstimate::kLatencyMax);
}
