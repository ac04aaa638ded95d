#pragma once
// The seed of this run of the tests: 1, or what `--seed N` says. Every random test starts from it,
// so that a failure is repeated by the seed that the run printed first.

#include <cstdint>

namespace weir::test {

std::uint64_t seed() noexcept;

}  // namespace weir::test
