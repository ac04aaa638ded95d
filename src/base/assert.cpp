#include "base/assert.hpp"

#include <array>
#include <cstdio>
#include <cstdlib>

namespace weir {
namespace {
thread_local FailureContext failure_context = nullptr;
}

void set_failure_context(FailureContext context) noexcept { failure_context = context; }

void assert_failed(const char* file, int line, const char* condition,
                   std::string_view why) noexcept {
  std::array<char, 512> context{};
  const std::size_t size =
      failure_context != nullptr ? failure_context(context.data(), context.size()) : 0;
  std::fprintf(stderr, "%s:%d: broken invariant: %.*s (%s)%s%.*s\n", file, line,
               static_cast<int>(why.size()), why.data(), condition, size > 0 ? "; " : "",
               static_cast<int>(size), context.data());
  std::abort();
}

}  // namespace weir
