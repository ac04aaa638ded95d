#include "real/open_files.hpp"

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

namespace weir::real {

std::size_t raise_open_files_limit() {
  constexpr std::size_t kUnknown = 1024;
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return kUnknown;
  const rlimit raised{limit.rlim_max, limit.rlim_max};
  if (::setrlimit(RLIMIT_NOFILE, &raised) == 0) return limit.rlim_max;
  return limit.rlim_cur;
}

// The kernel gives out the lowest number that is free.
void open_standard_streams() {
  int opened = 0;
  while (opened >= 0 && opened <= STDERR_FILENO) opened = ::open("/dev/null", O_RDWR);
  if (opened > STDERR_FILENO) ::close(opened);
}

}  // namespace weir::real
