#include "sim/model/slots.hpp"

#include <optional>

#include <catch2/catch.hpp>

#include "support/driver.hpp"

using namespace weir;
using weir::sim::model::Slots;

TEST_CASE("slots are given first in, first out, and the queue has an end") {
  test::Driver driver;
  Slots slots(driver.run_queue, {.at_once = 1, .queue_max = 2});
  std::optional<Slots::Place> first(std::in_place, slots);
  std::optional<Slots::Place> second(std::in_place, slots);
  std::optional<Slots::Place> third(std::in_place, slots);
  const Slots::Place fourth(slots);
  CHECK(first->has_slot());
  CHECK_FALSE(second->has_slot());
  CHECK(fourth.was_turned_away());
  CHECK_FALSE(third->was_turned_away());
  first.reset();
  CHECK(second->has_slot());
  CHECK_FALSE(third->has_slot());
  second.reset();
  CHECK(third->has_slot());
  third.reset();
  CHECK(slots.working() == 0);
}

TEST_CASE("who leaves the queue is not given a slot later") {
  test::Driver driver;
  Slots slots(driver.run_queue, {.at_once = 1, .queue_max = 5});
  std::optional<Slots::Place> first(std::in_place, slots);
  std::optional<Slots::Place> second(std::in_place, slots);
  const Slots::Place third(slots);
  second.reset();
  CHECK(slots.waiting() == 1);
  first.reset();
  CHECK(third.has_slot());
  CHECK(slots.working() == 1);
}

TEST_CASE("without a limit everybody has a slot") {
  test::Driver driver;
  Slots slots(driver.run_queue, {});
  const Slots::Place first(slots);
  const Slots::Place second(slots);
  CHECK(first.has_slot());
  CHECK(second.has_slot());
}
