#include "real/uninterrupted.hpp"

#include <catch2/catch.hpp>

using weir::real::uninterrupted;

TEST_CASE("a call that a signal interrupted is made again, and only then") {
  int calls = 0;
  const auto interrupted_twice = [&calls] {
    errno = EINTR;
    return ++calls <= 2 ? -1 : 7;
  };
  CHECK(uninterrupted(interrupted_twice) == 7);
  CHECK(calls == 3);
  calls = 0;
  const auto fails = [&calls] {
    ++calls;
    errno = EAGAIN;
    return -1;
  };
  CHECK(uninterrupted(fails) == -1);
  CHECK(calls == 1);
  CHECK(errno == EAGAIN);
}
