#include "real/poller.hpp"

#include <array>

#include <sys/epoll.h>
#include <unistd.h>

#include "base/assert.hpp"

namespace weir::real {

Poller::Poller() : epoll_(::epoll_create1(EPOLL_CLOEXEC)) {
  ASSERT(epoll_ >= 0, "a World is made before file descriptors can run out");
}

Poller::~Poller() { ::close(epoll_); }

bool Poller::add(int socket, Watch& watch) {
  epoll_event event{};
  event.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
  event.data.ptr = &watch;
  return ::epoll_ctl(epoll_, EPOLL_CTL_ADD, socket, &event) == 0;
}

std::size_t Poller::poll() {
  std::array<epoll_event, kEventsMax> events;
  const int found = ::epoll_wait(epoll_, events.data(), kEventsMax, 0);
  for (int i = 0; i < found; ++i) {
    const std::uint32_t what = events[static_cast<std::size_t>(i)].events;
    const bool hung_up = (what & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0;
    auto& watch = *static_cast<Watch*>(events[static_cast<std::size_t>(i)].data.ptr);
    watch.on_ready((what & EPOLLIN) != 0 || hung_up, (what & EPOLLOUT) != 0 || hung_up, hung_up);
  }
  return found > 0 ? static_cast<std::size_t>(found) : 0;
}

}  // namespace weir::real
