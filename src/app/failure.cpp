#include "app/failure.hpp"

#include <cstdio>

#include <fmt/format.h>

#include "base/print.hpp"

namespace weir::app {

int fail(const std::string& problem) {
  print_text(stderr, fmt::format("weir: {}\n", problem));
  return kFailure;
}

}  // namespace weir::app
