#include "support/death.hpp"

#include <catch2/catch.hpp>

#include "base/assert.hpp"
#include "support/seed.hpp"

using namespace weir;
using test::death_of;

TEST_CASE("death_of returns the last words of code that aborts") {
  const std::string words = death_of([] { ASSERT(1 > 2, "one is the larger"); });
  CHECK_THAT(words, Catch::Contains("one is the larger (1 > 2)"));
}

TEST_CASE("death_of says nothing about code that lives") {
  CHECK(death_of([] {}) == "");
}

TEST_CASE("a broken invariant in a test names the seed of the run") {
  const std::string words = death_of([] { ASSERT(false, "why"); });
  CHECK_THAT(words, Catch::Contains("; seed " + std::to_string(test::seed())));
}
