#include "proxy/session_record.hpp"

#include <set>
#include <string>

#include <catch2/catch.hpp>

using namespace weir::proxy;

TEST_CASE("every way in which a session ends has a name of its own") {
  std::set<std::string> names;
  for (int i = 0; i <= static_cast<int>(SessionEnd::cancelled); ++i) {
    names.emplace(to_string(static_cast<SessionEnd>(i)));
  }
  CHECK(names.size() == 7);
  CHECK(names.count("unknown") == 0);
}
