#include "lb/health_machine.hpp"

#include <chrono>
#include <vector>

#include <catch2/catch.hpp>
#include <rapidcheck/catch.h>

#include "support/seed.hpp"

using namespace weir;
using namespace std::chrono_literals;
using lb::Health;
using lb::HealthMachine;
using lb::HealthOptions;
using lb::ProbeResult;
using lb::Transition;

namespace {

Random some_random() { return Random({.seed = test::seed(), .purpose = "probes"}); }

// A machine whose probes start when they are due and take no time.
struct Probed {
  explicit Probed(const HealthOptions& options) : machine(options, TimePoint{}, random) {}

  std::optional<Transition> probe(ProbeResult result, Duration took = 0ms) {
    now = machine.next_probe();
    machine.probe_started(now);
    now += took;
    return machine.probe_ended(now, result, random);
  }
  Duration wait() const { return machine.next_probe() - now; }

  Random random = some_random();
  TimePoint now;
  HealthMachine machine;
};

constexpr ProbeResult kPass = ProbeResult::passed;
constexpr ProbeResult kFail = ProbeResult::refused;
constexpr Ratio kNoJitter{0, 1};

}  // namespace

TEST_CASE("an unknown backend is what its first probe says") {
  Probed good({.rise = 3, .fall = 3});
  CHECK(good.machine.health() == Health::unknown);
  const auto up = good.probe(kPass);
  REQUIRE(up);
  CHECK(*up == Transition{good.now, Health::unknown, Health::up, kPass});

  Probed bad({.rise = 3, .fall = 3});
  const auto down = bad.probe(ProbeResult::wrong_status);
  REQUIRE(down);
  CHECK(*down == Transition{bad.now, Health::unknown, Health::down, ProbeResult::wrong_status});
}

TEST_CASE("it takes fall failures in a row to go down and rise passes in a row to come up") {
  Probed probed({.rise = 2, .fall = 3, .initial = Health::up});
  CHECK_FALSE(probed.probe(kFail));
  CHECK_FALSE(probed.probe(kFail));
  CHECK_FALSE(probed.probe(kPass));  // begins anew
  CHECK_FALSE(probed.probe(kFail));
  CHECK_FALSE(probed.probe(kFail));
  CHECK(probed.machine.health() == Health::up);
  CHECK(probed.probe(kFail).value().to == Health::down);
  CHECK_FALSE(probed.probe(kPass));
  CHECK_FALSE(probed.probe(kFail));
  CHECK_FALSE(probed.probe(kPass));
  CHECK(probed.machine.health() == Health::down);
  CHECK(probed.probe(kPass).value().to == Health::up);
}

TEST_CASE("a backend that is down initially needs rise passes") {
  Probed probed({.rise = 2, .initial = Health::down});
  CHECK_FALSE(probed.probe(kPass));
  CHECK(probed.probe(kPass).value().to == Health::up);
}

TEST_CASE("probes follow each other faster while a change is in the air") {
  Probed probed({.rise = 2,
                 .fall = 2,
                 .initial = Health::up,
                 .interval = 2s,
                 .fast_interval = 300ms,
                 .jitter = kNoJitter});
  probed.probe(kPass);
  CHECK(probed.wait() == 2s);
  probed.probe(kFail);
  CHECK(probed.wait() == 300ms);
  probed.probe(kFail);  // down: decided
  CHECK(probed.wait() == 2s);
  probed.probe(kPass);
  CHECK(probed.wait() == 300ms);
  probed.probe(kFail);  // down as it was
  CHECK(probed.wait() == 2s);
}

TEST_CASE("the interval is from start to start, and a probe never overtakes another") {
  Probed probed({.initial = Health::up, .interval = 2s, .timeout = 5s, .jitter = kNoJitter});
  probed.probe(kPass, 700ms);
  CHECK(probed.wait() == 1300ms);
  probed.probe(kPass, 4s);
  CHECK(probed.wait() == 0ms);
  probed.machine.probe_started(probed.now);
  CHECK(probed.machine.next_probe() == kNever);
  CHECK(probed.machine.deadline() == probed.now + 5s);
}

TEST_CASE("jitter spreads the probes over its part of the interval, evenly to both sides") {
  Probed probed({.initial = Health::up, .interval = 1s, .jitter = {1, 5}});
  Duration least = 1h;
  Duration most{0};
  Duration sum{0};
  for (int i = 0; i < 1000; ++i) {
    probed.probe(kPass);
    least = std::min(least, probed.wait());
    most = std::max(most, probed.wait());
    sum += probed.wait();
  }
  CHECK(least >= 800ms);
  CHECK(least < 805ms);
  CHECK(most <= 1200ms);
  CHECK(most > 1195ms);
  CHECK(sum / 1000 > 980ms);
  CHECK(sum / 1000 < 1020ms);
}

TEST_CASE("first probes are spread over an interval") {
  Random random = some_random();
  std::vector<int> of_quarter(4, 0);
  for (int i = 0; i < 400; ++i) {
    const HealthOptions options{.initial = Health::up, .interval = 4s};
    const HealthMachine machine(options, TimePoint{} + 10s, random);
    const Duration wait = machine.next_probe() - (TimePoint{} + 10s);
    REQUIRE(wait >= 0s);
    REQUIRE(wait <= 4s);
    ++of_quarter[static_cast<std::size_t>(std::min(wait / 1s, Duration::rep{3}))];
  }
  for (const int count : of_quarter) CHECK(count > 60);
}

TEST_CASE("a pass that comes after the deadline is a timeout") {
  Probed probed({.fall = 1, .initial = Health::up, .timeout = 1s});
  CHECK_FALSE(probed.probe(kPass, 1s));
  CHECK(probed.probe(kPass, 1s + 1ns).value().because == ProbeResult::timed_out);
  CHECK(probed.machine.health() == Health::down);
}

TEST_CASE("the history remembers the last probes and transitions and no more") {
  Probed probed({.rise = 1, .fall = 1, .initial = Health::up, .history_max = 3});
  for (int i = 0; i < 4; ++i) {
    probed.probe(kFail, 5ms);
    probed.probe(kPass);
  }
  probed.probe(kPass, 9ms);
  REQUIRE(probed.machine.probes().size() == 3);
  CHECK(probed.machine.probes().front().result == kFail);
  CHECK(probed.machine.probes().back().ended - probed.machine.probes().back().started == 9ms);
  REQUIRE(probed.machine.transitions().size() == 3);
  CHECK(probed.machine.transitions().front().to == Health::up);
  CHECK(probed.machine.transitions().back().to == Health::up);
}

TEST_CASE("results and states have names") {
  CHECK(to_string(Health::unknown) == "unknown");
  CHECK(to_string(ProbeResult::timed_out) == "timed out");
  CHECK(to_string(ProbeResult::wrong_status) == "wrong status");
}

// The reference: the health after a list of results, found by looking at the end of the list since
// the last change. Slow and obvious.
namespace {

Health reference_health(const HealthOptions& options, const std::vector<bool>& results) {
  Health health = options.initial;
  std::size_t changed_at = 0;
  for (std::size_t end = 1; end <= results.size(); ++end) {
    const auto ends_with = [&](std::size_t count, bool value) {
      if (end - changed_at < count) return false;
      for (std::size_t i = end - count; i < end; ++i) {
        if (results[i] != value) return false;
      }
      return true;
    };
    const Health before = health;
    if (health == Health::unknown) {
      health = results[end - 1] ? Health::up : Health::down;
    } else if (health == Health::up && ends_with(options.fall, false)) {
      health = Health::down;
    } else if (health == Health::down && ends_with(options.rise, true)) {
      health = Health::up;
    }
    if (health != before) changed_at = end;
  }
  return health;
}

}  // namespace

TEST_CASE("the health machine agrees with the reference and keeps its times") {
  rc::prop("for any options and results", [] {
    HealthOptions options;
    options.rise = *rc::gen::inRange(1U, 5U);
    options.fall = *rc::gen::inRange(1U, 5U);
    options.initial = *rc::gen::element(Health::up, Health::down, Health::unknown);
    options.interval = std::chrono::milliseconds(*rc::gen::inRange(1, 3000));
    options.fast_interval = std::chrono::milliseconds(*rc::gen::inRange(1, 3000));
    options.timeout = std::chrono::milliseconds(*rc::gen::inRange(1, 3000));
    options.jitter = *rc::gen::element(Ratio{0, 1}, Ratio{1, 10}, Ratio{1, 2});
    Probed probed(options);
    std::vector<bool> results;
    const auto script = *rc::gen::container<std::vector<bool>>(rc::gen::arbitrary<bool>());
    for (const bool passes : script) {
      const TimePoint started = probed.machine.next_probe();
      const Duration took(*rc::gen::inRange<std::int64_t>(0, options.timeout.count() + 1));
      const Health before = probed.machine.health();
      const auto change = probed.probe(passes ? kPass : kFail, took);
      results.push_back(passes);
      RC_ASSERT(probed.machine.health() == reference_health(options, results));
      RC_ASSERT(change.has_value() == (probed.machine.health() != before));
      if (change) RC_ASSERT(change->from == before && change->to == probed.machine.health());
      const Duration longest = std::max(options.interval, options.fast_interval);
      RC_ASSERT(probed.machine.next_probe() >= probed.now);
      RC_ASSERT(probed.machine.next_probe() <=
                std::max(probed.now, started + longest + longest / 2));
    }
  });
}

TEST_CASE("a backend that fails every probe is down within the detection bound") {
  rc::prop("for any options, whenever it begins to fail", [] {
    HealthOptions options;
    options.fall = *rc::gen::inRange(1U, 5U);
    options.initial = Health::up;
    options.interval = std::chrono::milliseconds(*rc::gen::inRange(1, 3000));
    options.fast_interval = std::chrono::milliseconds(*rc::gen::inRange(1, 3000));
    options.timeout = std::chrono::milliseconds(*rc::gen::inRange(1, 3000));
    Probed probed(options);
    const TimePoint begins = TimePoint{} + std::chrono::milliseconds(*rc::gen::inRange(0, 20'000));
    for (int i = 0; i < 100'000 && probed.machine.health() == Health::up; ++i) {
      const bool fails = probed.machine.next_probe() >= begins;
      const Duration took(*rc::gen::inRange<std::int64_t>(0, options.timeout.count() + 1));
      probed.probe(fails ? kFail : kPass, fails ? options.timeout : took);
    }
    RC_ASSERT(probed.machine.health() == Health::down);
    RC_ASSERT(probed.now <= begins + probed.machine.detection_max());
  });
}
