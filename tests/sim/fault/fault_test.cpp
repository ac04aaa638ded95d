#include "sim/fault/fault.hpp"

#include <set>
#include <string>

#include <catch2/catch.hpp>

using namespace weir::sim::fault;

TEST_CASE("every kind of fault has a name of its own") {
  std::set<std::string> names;
  for (std::size_t i = 0; i < kFaultKinds; ++i) names.insert(to_string(static_cast<FaultKind>(i)));
  CHECK(names.size() == kFaultKinds);
  CHECK(names.count("unknown") == 0);
}

TEST_CASE("only faults with an opposite can be undone") {
  CHECK(can_be_undone(FaultKind::partition));
  CHECK(can_be_undone(FaultKind::power_off));
  CHECK(can_be_undone(FaultKind::set_link));
  CHECK_FALSE(can_be_undone(FaultKind::heal));
  CHECK_FALSE(can_be_undone(FaultKind::reset_connections));
  CHECK_FALSE(can_be_undone(FaultKind::drain_proxy));
}
