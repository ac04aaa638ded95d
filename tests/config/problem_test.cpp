#include "config/problem.hpp"

#include <catch2/catch.hpp>

using namespace weir::config;

namespace {
const std::vector<std::string> kKnown = {"idle_timeout", "connect_timeout", "workers", "port"};
}

TEST_CASE("a problem says where, what, and what to write instead") {
  CHECK(text_of(Problem{{"x.toml", 12, 3}, "this is wrong", "write that"}) ==
        "x.toml:12:3: this is wrong; write that");
  CHECK(text_of(Problem{{"--set a=b", 0, 0}, "this is wrong", ""}) == "--set a=b: this is wrong");
}

TEST_CASE("a slip of the pen is recognised") {
  CHECK(nearest("idel_timeout", kKnown) == "idle_timeout");
  CHECK(nearest("worker", kKnown) == "workers");
  CHECK(nearest("timeout", kKnown) == "idle_timeout");
  CHECK(nearest("prot", kKnown) == "port");
  CHECK(nearest("header", {"header_block", "headers"}) == "headers");
}

TEST_CASE("what is like nothing gets the whole list") {
  CHECK(nearest("banana", kKnown).empty());
  CHECK(suggest("banana", kKnown) == "write one of idle_timeout, connect_timeout, workers, port");
  CHECK(suggest("ports", kKnown) == "did you mean \"port\"?");
}
