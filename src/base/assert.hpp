#pragma once
// ASSERT(condition, "why it must hold"): an always-on check of an invariant of our own code.
//
// A broken invariant aborts after printing the place, the reason and the failure context, which
// the simulator sets to its seed and virtual time so that the crash can be replayed.
// Never ASSERT on bytes from the network or on configuration: those are errors (base/result.hpp).

#include <string_view>

namespace weir {

// Writes what a reader needs to reproduce the failure into `out`; returns how much it wrote.
using FailureContext = std::size_t (*)(char* out, std::size_t size);

// Installed once by a main() or by the simulator; nullptr removes it. Per thread.
void set_failure_context(FailureContext context) noexcept;

[[noreturn]] void assert_failed(const char* file, int line, const char* condition,
                                std::string_view why) noexcept;

}  // namespace weir

#define ASSERT(condition, why)                                    \
  do {                                                            \
    if (!(condition)) [[unlikely]]                                \
      ::weir::assert_failed(__FILE__, __LINE__, #condition, why); \
  } while (false)
