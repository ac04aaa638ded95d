// The main() of every test executable: Catch's own, and
//
//   test_task --seed 7 "a child's result reaches its parent"
//
// - `--seed N` (1 unless given) is printed, and is where weir::test::seed() and rapidcheck start;
// - a test case after which an object of the Census is still alive fails;
// - a broken invariant names the seed, like everywhere else.

#define CATCH_CONFIG_RUNNER
#include <cstdio>
#include <cstdlib>
#include <iostream>

#include <catch2/catch.hpp>

#include "base/assert.hpp"
#include "base/census.hpp"
#include "support/seed.hpp"

namespace weir::test {
namespace {

std::uint64_t the_seed = 1;

std::size_t describe_seed(char* out, std::size_t size) {
  const int length =
      std::snprintf(out, size, "seed %llu", static_cast<unsigned long long>(the_seed));
  return static_cast<std::size_t>(length);
}

// rapidcheck takes its parameters from the environment; a seed that a person put there wins.
void seed_rapidcheck() {
  const char* given = std::getenv("RC_PARAMS");
  std::string params = given != nullptr ? given : "";
  if (params.find("seed=") != std::string::npos) return;
  params += " seed=" + std::to_string(the_seed);
  setenv("RC_PARAMS", params.c_str(), 1);
}

class CensusGuard : public Catch::TestEventListenerBase {
 public:
  using TestEventListenerBase::TestEventListenerBase;

  void testRunStarting(const Catch::TestRunInfo& run) override {
    TestEventListenerBase::testRunStarting(run);
    std::cout << "seed " << the_seed << std::endl;
  }

  // The end of the outermost section is the end of the test's function: all its locals are gone,
  // and unlike in testCaseEnded() a failure still counts.
  void sectionEnded(const Catch::SectionStats& section) override {
    const bool outermost = m_sectionStack.size() == 1;
    TestEventListenerBase::sectionEnded(section);
    if (!outermost || Census::here().all_zero()) return;
    const std::string alive = Census::here().describe();
    Census::here() = Census{};  // one test's leak is not the next one's
    FAIL_CHECK("still alive at the end of the test: " << alive);
  }
};

CATCH_REGISTER_LISTENER(CensusGuard)

}  // namespace

std::uint64_t seed() noexcept { return the_seed; }

}  // namespace weir::test

int main(int argc, char* argv[]) {
  Catch::Session session;
  session.cli(session.cli() | Catch::clara::Opt(weir::test::the_seed, "N")["--seed"](
                                  "where random tests start; printed by every run"));
  if (const int failure = session.applyCommandLine(argc, argv); failure != 0) return failure;
  weir::test::seed_rapidcheck();
  weir::set_failure_context(&weir::test::describe_seed);
  return session.run();
}
