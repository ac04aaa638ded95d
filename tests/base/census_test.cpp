#include "base/census.hpp"

#include <memory>
#include <thread>

#include <catch2/catch.hpp>

using namespace weir;

namespace {
struct Socket : Counted<Kind::stream> {};
struct Buffer : Counted<Kind::buffer> {};
}  // namespace

TEST_CASE("the census counts what is alive, by kind") {
  Census& census = Census::here();
  REQUIRE(census.all_zero());
  CHECK(census.describe() == "nothing");
  {
    const Socket one;
    CHECK(census.describe() == "1 stream");
    const Socket two;
    const auto buffer = std::make_unique<Buffer>();
    CHECK(census.of(Kind::stream) == 2);
    CHECK(census.of(Kind::buffer) == 1);
    CHECK(census.of(Kind::frame) == 0);
    CHECK_FALSE(census.all_zero());
    CHECK(census.describe() == "2 streams, 1 buffer");
  }
  CHECK(census.all_zero());
}

TEST_CASE("a census below zero is not all zero") {
  Census census;
  --census.of(Kind::listener);
  CHECK_FALSE(census.all_zero());
  CHECK(census.describe() == "-1 listeners");
}

TEST_CASE("every thread has a census of its own") {
  const Socket here;
  bool there_zero = false;
  std::thread([&there_zero] { there_zero = Census::here().all_zero(); }).join();
  CHECK(there_zero);
  CHECK(Census::here().of(Kind::stream) == 1);
}
