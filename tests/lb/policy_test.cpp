#include "lb/policy.hpp"

#include <set>
#include <string>

#include <catch2/catch.hpp>

#include "lb/picker.hpp"

using namespace weir::lb;

TEST_CASE("every policy has a name of its own that is read back as it") {
  std::set<std::string_view> names;
  for (const PolicyFacts& each : policies()) {
    CHECK(parse_policy(to_string(each.policy)) == each.policy);
    CHECK(&facts(each.policy) == &each);
    names.insert(each.name);
  }
  CHECK(names.size() == policies().size());
  CHECK(names.size() == 10);
}

TEST_CASE("the names are those of the configuration") {
  CHECK(to_string(Policy::round_robin) == "round_robin");
  CHECK(to_string(Policy::power_of_two) == "power_of_two");
  CHECK(parse_policy("weighted_least_connections") == Policy::weighted_least_connections);
  CHECK(parse_policy("maglev") == Policy::maglev);
}

TEST_CASE("what is no policy's name is no policy") {
  for (const char* name : {"", "roundrobin", "Random", "random ", "best"}) {
    CHECK_FALSE(parse_policy(name));
  }
}

TEST_CASE("the policies that hash say so") {
  std::set<std::string_view> hashing;
  for (const PolicyFacts& each : policies()) {
    if (each.hashes) hashing.insert(each.name);
  }
  CHECK(hashing == std::set<std::string_view>{"ip_hash", "ring_hash", "maglev"});
}
