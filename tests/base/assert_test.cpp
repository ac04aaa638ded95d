#include "base/assert.hpp"

#include <cstring>

#include <catch2/catch.hpp>

#include "support/death.hpp"

using namespace weir;
using Catch::Contains;
using test::death_of;

TEST_CASE("an invariant that holds evaluates its condition once and goes on") {
  int evaluated = 0;
  ASSERT(++evaluated == 1, "never printed");
  CHECK(evaluated == 1);
}

TEST_CASE("a broken invariant aborts with its place, its reason and its condition") {
  const std::string words = death_of([] { ASSERT(2 + 2 == 5, "arithmetic is as expected"); });
  CHECK_THAT(words, Contains("assert_test.cpp:"));
  CHECK_THAT(words, Contains("broken invariant: arithmetic is as expected (2 + 2 == 5)"));
}

TEST_CASE("a broken invariant prints the failure context, when there is one") {
  const std::string with = death_of([] {
    set_failure_context([](char* out, std::size_t size) {
      const std::string_view text = "t=17ns";
      std::memcpy(out, text.data(), std::min(size, text.size()));
      return text.size();
    });
    ASSERT(false, "why");
  });
  CHECK_THAT(with, Contains("why (false); t=17ns\n"));

  const std::string without = death_of([] {
    set_failure_context(nullptr);
    ASSERT(false, "why");
  });
  CHECK_THAT(without, Contains("why (false)\n"));
}

TEST_CASE("ASSERT is one statement") {
  int chosen = 0;
  if (chosen == 1)
    ASSERT(false, "not reached");
  else
    chosen = 2;
  CHECK(chosen == 2);
}
