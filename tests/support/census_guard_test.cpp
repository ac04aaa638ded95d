// Run by ctest for its failure: the middle test leaks, and only that one may be blamed.

#include <catch2/catch.hpp>

#include "io/pipe.hpp"

using namespace weir;

namespace {
// Keeps what a test leaks, for the sake of the address sanitizer's own leak check.
std::unique_ptr<io::Stream> leaked;
task::RunQueue run_queue;
}  // namespace

TEST_CASE("a test that frees everything passes") {
  const auto pipe = io::make_pipe(run_queue, 10);
  CHECK(Census::here().of(Kind::stream) == 2);
}

TEST_CASE("a test that leaves a stream behind fails") {
  auto pipe = io::make_pipe(run_queue, 10);
  leaked = std::move(pipe.first);
  CHECK(leaked != nullptr);
}

TEST_CASE("the test after it passes") {
  SECTION("with locals that outlive an inner section") {
    const auto pipe = io::make_pipe(run_queue, 10);
    SECTION("inner") { CHECK(Census::here().of(Kind::stream) == 2); }
  }
}
