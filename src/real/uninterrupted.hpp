#pragma once
// uninterrupted: a system call, again as long as a signal interrupted it. To take EINTR for "would
// block" would wait for an edge of the Poller that has been already.
//
//   const ssize_t got = uninterrupted([&] { return ::recv(socket, data, size, 0); });

#include <cerrno>

namespace weir::real {

template <class Call>
auto uninterrupted(const Call& call) {
  for (;;) {
    const auto result = call();
    if (result >= 0 || errno != EINTR) return result;
  }
}

}  // namespace weir::real
