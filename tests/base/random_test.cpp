#include "base/random.hpp"

#include <algorithm>
#include <cmath>
#include <set>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "support/death.hpp"
#include "support/seed.hpp"

using namespace weir;
using namespace std::chrono_literals;

// The golden values come from a program of its own in Python, not from this code. They are the
// promise that a seed is the same run on every compiler: never change them.

namespace {

const StreamKey kKey{.seed = 7, .purpose = "latency", .entity = 3};

Random seeded(std::string_view purpose) {
  return Random(StreamKey{.seed = test::seed(), .purpose = purpose});
}

// Pearson's statistic of `counts` against a uniform distribution.
double chi_squared(const std::vector<int>& counts, int draws) {
  const double expected = static_cast<double>(draws) / static_cast<double>(counts.size());
  double sum = 0;
  for (const int count : counts) sum += (count - expected) * (count - expected) / expected;
  return sum;
}

}  // namespace

TEST_CASE("a stream draws the same words on every compiler") {
  Random random(kKey);
  CHECK(random.next() == 0x49db26fe04586f82);
  CHECK(random.next() == 0xd9f4c38542c4f55f);
  CHECK(random.next() == 0x62ff1fee36effc2d);
  CHECK(random.next() == 0xbf80f11682396895);
  CHECK(random.next() == 0x3a99b48a16b4d128);
  CHECK(random.next() == 0x6736558c2435bf42);

  Random zero(StreamKey{});
  CHECK(zero.next() == 0xea044089c284eb6f);
  CHECK(zero.next() == 0xcb411f3146390434);
  CHECK(zero.next() == 0xc1489555ecd7e66f);
}

TEST_CASE("a thousand words of a stream have the expected hash") {
  Random random(kKey);
  std::uint64_t hash = 0;
  for (int i = 0; i < 1000; ++i) hash = mix(hash, random.next());
  CHECK(hash == 0xa80e6b13dc127bdc);
}

TEST_CASE("mix is splitmix64 where its second word is zero") {
  CHECK(mix(1234567, 0) == 6457827717110365317);  // the published test vector
  CHECK(mix(1, 2) == 17936553610674463843U);
  CHECK(mix(2, 1) == 3262650542888455223);
}

TEST_CASE("ranges, chances and waits are the same on every compiler") {
  Random below(kKey), between(kKey), chance(kKey), exponential(kKey);
  for (const std::uint64_t expected : {288, 851, 386, 748, 228, 403, 617, 44, 488, 467}) {
    CHECK(below.below(1000) == expected);
  }
  for (const std::int64_t expected : {-2, 4, -1, 3, -3, -1, 1, -5, 0, 0}) {
    CHECK(between.between(-5, 5) == expected);
  }
  for (const bool expected : {0, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 1}) {
    CHECK(chance.chance({1, 4}) == expected);
  }
  for (const std::int64_t expected :
       {1243059330, 160883739, 950092130, 290270426, 1474435733, 908389966}) {
    CHECK(exponential.exponential(1s).count() == expected);
  }
}

TEST_CASE("seed, purpose and entity each make a stream of its own") {
  std::set<std::uint64_t> firsts;
  for (const std::uint64_t seed : {0, 1, 2}) {
    for (const char* purpose : {"", "latency", "loss", "latencz"}) {
      for (const std::uint64_t entity : {0, 1, 2}) {
        firsts.insert(Random({.seed = seed, .purpose = purpose, .entity = entity}).next());
      }
    }
  }
  CHECK(firsts.size() == 36);
  CHECK(Random(kKey).next() == Random(kKey).next());
}

TEST_CASE("below stays below and reaches everything") {
  Random random = seeded("below");
  for (const std::uint64_t bound : {1, 2, 3, 10}) {
    std::set<std::uint64_t> seen;
    for (int i = 0; i < 1000; ++i) seen.insert(random.below(bound));
    CHECK(seen.size() == bound);
    CHECK(*seen.rbegin() == bound - 1);
  }
  CHECK_THAT(test::death_of([] { Random(kKey).below(0); }), Catch::Contains("is not empty"));
}

TEST_CASE("below is uniform") {
  Random random = seeded("uniform");
  constexpr int kDraws = 70'000;
  std::vector<int> counts(7);
  for (int i = 0; i < kDraws; ++i) ++counts[random.below(7)];
  CHECK(chi_squared(counts, kDraws) < 40);  // 6 degrees of freedom: one in two million is higher
}

TEST_CASE("below is uniform where multiplication alone would be biased most") {
  // Of the words that map to [0, 3/4 of 2^64), plain multiplication hits every third value twice.
  Random random = seeded("bias");
  constexpr int kDraws = 30'000;
  std::vector<int> counts(3);
  for (int i = 0; i < kDraws; ++i) ++counts[random.below(std::uint64_t{3} << 62) % 3];
  CHECK(chi_squared(counts, kDraws) < 29);  // 2 degrees of freedom
}

TEST_CASE("between includes both ends, however far apart") {
  Random random = seeded("between");
  std::set<std::int64_t> seen;
  for (int i = 0; i < 1000; ++i) seen.insert(random.between(-1, 1));
  CHECK(seen == std::set<std::int64_t>{-1, 0, 1});
  CHECK(random.between(5, 5) == 5);
  CHECK(random.between(INT64_MIN, INT64_MIN) == INT64_MIN);
  CHECK(random.between(INT64_MAX, INT64_MAX) == INT64_MAX);

  int negative = 0;
  for (int i = 0; i < 1000; ++i) negative += random.between(INT64_MIN, INT64_MAX) < 0 ? 1 : 0;
  CHECK(std::abs(negative - 500) < 100);
  for (int i = 0; i < 1000; ++i) CHECK(random.between(INT64_MIN, INT64_MAX - 1) < INT64_MAX);

  CHECK(random.between(3ms, 3ms) == 3ms);
  const Duration wait = random.between(Duration(1ms), Duration(2ms));
  CHECK(wait >= 1ms);
  CHECK(wait <= 2ms);
  CHECK_THAT(test::death_of([] { Random(kKey).between(2, 1); }), Catch::Contains("low end first"));
}

TEST_CASE("a chance comes true as often as its ratio says") {
  Random random = seeded("chance");
  constexpr int kDraws = 100'000;
  for (const Ratio ratio : {Ratio{1, 2}, Ratio{1, 20}, Ratio{999, 1000}, Ratio{2, 3}}) {
    int hits = 0;
    for (int i = 0; i < kDraws; ++i) hits += random.chance(ratio) ? 1 : 0;
    const double p = static_cast<double>(ratio.of_these) / static_cast<double>(ratio.of);
    const double deviation = std::sqrt(p * (1 - p) * kDraws);
    CAPTURE(ratio.of_these, ratio.of, hits);
    CHECK(std::abs(hits - p * kDraws) < 5 * deviation);
  }
}

TEST_CASE("never and always draw nothing") {
  Random random(kKey), untouched(kKey);
  CHECK_FALSE(random.chance({0, 1}));
  CHECK_FALSE(random.chance({}));
  CHECK_FALSE(random.chance({0, 0}));
  CHECK(random.chance({1, 1}));
  CHECK(random.chance({5, 3}));
  CHECK(random.next() == untouched.next());
}

TEST_CASE("exponential waits have the mean and the quantiles of their distribution") {
  Random random = seeded("exponential");
  constexpr std::size_t kDraws = 100'000;
  std::vector<double> waits(kDraws);
  double sum = 0;
  for (double& wait : waits) {
    wait = std::chrono::duration<double>(random.exponential(10ms)).count() / 0.010;
    sum += wait;
  }
  CHECK(sum / kDraws == Approx(1).epsilon(0.016));  // five standard errors
  std::ranges::sort(waits);
  for (const double p : {0.01, 0.1, 0.5, 0.9, 0.99}) {
    const double expected = -std::log(1 - p);
    const double error = std::sqrt(p / (1 - p) / kDraws);
    CAPTURE(p);
    CHECK(std::abs(waits[static_cast<std::size_t>(p * kDraws)] - expected) < 5 * error + 1e-4);
  }
  CHECK(waits.front() >= 0);
  CHECK(waits.back() < 45);
}

TEST_CASE("exponential waits scale with their mean") {
  for (const Duration mean : {Duration(0), Duration(1), Duration(1us), Duration(24h * 365)}) {
    Random random(kKey), unit(kKey);
    for (int i = 0; i < 100; ++i) {
      const Duration wait = random.exponential(mean);
      const double expected = static_cast<double>(unit.exponential(1'000'000'000ns).count()) *
                              1e-9 * static_cast<double>(mean.count());
      CHECK(std::abs(static_cast<double>(wait.count()) - expected) <= 1 + expected * 1e-6);
    }
  }
}
