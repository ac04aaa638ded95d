#include "lb/slot_table.hpp"

#include <algorithm>
#include <numeric>
#include <string>

#include <catch2/catch.hpp>
#include <rapidcheck/catch.h>

using namespace weir::lb;

namespace {

std::vector<Share> shares(const std::vector<std::uint32_t>& weights) {
  std::vector<Share> all;
  for (const std::uint32_t weight : weights) all.push_back({.key = all.size(), .weight = weight});
  return all;
}

std::string schedule(const std::vector<std::uint32_t>& weights) {
  std::string letters;
  for (const std::uint16_t owner : smooth_schedule(shares(weights))) {
    letters.push_back(static_cast<char>('a' + owner));
  }
  return letters;
}

}  // namespace

TEST_CASE("a schedule interleaves as nginx's does") {
  CHECK(schedule({5, 1, 1}) == "aabacaa");
  CHECK(schedule({1, 1, 1}) == "abc");
  CHECK(schedule({3, 1}) == "aaba");
  CHECK(schedule({1, 2, 3}) == "cbacbc");
}

TEST_CASE("a schedule is as short as the weights' ratios allow") {
  CHECK(schedule({100, 100}) == "ab");
  CHECK(schedule({20, 0, 10}) == "aca");
  CHECK(schedule({7}) == "a");
}

TEST_CASE("a schedule of backends without weight is of no meaning, but there is one") {
  CHECK(schedule({0, 0}) == "a");
}

TEST_CASE("every backend has as many slots as it has weight") {
  rc::prop("for any weights", [] {
    const auto weights = *rc::gen::nonEmpty(
        rc::gen::container<std::vector<std::uint32_t>>(rc::gen::inRange<std::uint32_t>(0, 50)));
    std::uint32_t divisor = 0;
    for (const std::uint32_t weight : weights) divisor = std::gcd(divisor, weight);
    RC_PRE(divisor > 0);
    const std::vector<std::uint16_t> owners = smooth_schedule(shares(weights));
    for (std::size_t i = 0; i < weights.size(); ++i) {
      RC_ASSERT(std::ranges::count(owners, i) == weights[i] / divisor);
    }
  });
}

TEST_CASE("weights that are too heavy for a schedule are rounded, and nobody is left out") {
  const std::vector<std::uint32_t> weights = {65'535, 65'521, 1, 32'749};
  const std::vector<std::uint16_t> owners = smooth_schedule(shares(weights));
  CHECK(owners.size() <= kScheduleMax);
  CHECK(std::ranges::count(owners, 2) == 1);
  const auto of = [&](std::size_t i) {
    return static_cast<std::size_t>(std::ranges::count(owners, i));
  };
  const std::size_t sum = 65'535 + 65'521 + 1 + 32'749;
  for (const std::size_t i : {0U, 1U, 3U}) {
    CHECK(of(i) >= weights[i] * owners.size() / sum - 2);
    CHECK(of(i) <= weights[i] * owners.size() / sum + 2);
  }
}

TEST_CASE("a table is what was assigned last") {
  SlotTable slots(4);
  CHECK(slots.size() == 1);
  CHECK(slots.owner(0) == 0);
  slots.assign(std::vector<std::uint16_t>{3, 1, 2});
  CHECK(slots.size() == 3);
  CHECK(slots.owner(2) == 2);
  slots.assign(std::vector<std::uint16_t>{1});
  CHECK(slots.size() == 1);
  CHECK(slots.owner(0) == 1);
}

TEST_CASE("a search for a slot that nobody takes ends") {
  SlotTable slots(1);
  int asked = 0;
  const auto found = first_taken(
      slots, [](std::uint32_t) { return 0U; },
      [&](std::uint32_t) {
        ++asked;
        return false;
      });
  CHECK_FALSE(found);
  CHECK(asked == kSlotsTriedMax);
}
