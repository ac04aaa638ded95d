#pragma once
// fail: how a command says on standard error why it does not start, and its exit status then.
//
//   if (!found) return fail(found.error());

#include <string>

namespace weir::app {

inline constexpr int kFailure = 1;

int fail(const std::string& problem);  // "weir: PROBLEM"; kFailure

}  // namespace weir::app
