#include "real/readiness.hpp"

#include <catch2/catch.hpp>

#include "support/driver.hpp"

using namespace weir;
using real::Readiness;
using test::Driver;
using test::Running;

namespace {

// The readiness outlives it.
task::Task<> wait(Readiness& readiness) { co_await readiness.event().wait(); }

}  // namespace

TEST_CASE("an edge is a level until it is exhausted") {
  Driver driver;
  Readiness readiness(driver.run_queue);
  readiness.became_ready();
  for (int i = 0; i < 3; ++i) CHECK(Running(wait(readiness)).ended());
  readiness.exhausted();
  const Running waiting(wait(readiness));
  CHECK_FALSE(waiting.ended());
  CHECK(readiness.has_waiter());
}

TEST_CASE("the next edge wakes who waits, through the run queue") {
  Driver driver;
  Readiness readiness(driver.run_queue);
  const Running waiting(wait(readiness));
  readiness.became_ready();
  CHECK_FALSE(waiting.ended());
  driver.settle();
  CHECK(waiting.ended());
}

TEST_CASE("an edge that came while nobody waited leaves no signal once it is exhausted") {
  Driver driver;
  Readiness readiness(driver.run_queue);
  readiness.became_ready();
  readiness.exhausted();
  CHECK_FALSE(Running(wait(readiness)).ended());
}
