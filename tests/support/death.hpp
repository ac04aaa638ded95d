#pragma once
// death_of(code): runs `code` in a forked child and returns what it wrote to standard error before
// it aborted; empty when it did not abort. For tests of broken invariants:
//
//   CHECK_THAT(death_of([] { ASSERT(false, "why"); }), Catch::Contains("why"));
//
// The child is thrown away, so it may leave anything behind. Not for code that has threads.

#include <functional>
#include <string>

namespace weir::test {

std::string death_of(const std::function<void()>& code);

}  // namespace weir::test
