#include "real/open_files.hpp"

#include <sys/resource.h>

namespace weir::real {

std::size_t raise_open_files_limit() {
  constexpr std::size_t kUnknown = 1024;
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return kUnknown;
  const rlimit raised{limit.rlim_max, limit.rlim_max};
  if (::setrlimit(RLIMIT_NOFILE, &raised) == 0) return limit.rlim_max;
  return limit.rlim_cur;
}

}  // namespace weir::real
