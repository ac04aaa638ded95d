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

bool Poller::add(int socket, Watch& watch, Interest interest) {
  return control(EPOLL_CTL_ADD, socket, watch, interest);
}

bool Poller::watch_writing(int socket, Watch& watch) {
  return control(EPOLL_CTL_MOD, socket, watch, Interest::both);
}

bool Poller::control(int operation, int socket, Watch& watch, Interest interest) {
  epoll_event event{};
  event.events = EPOLLIN | EPOLLRDHUP | EPOLLPRI | EPOLLET;
  if (interest == Interest::both) event.events |= EPOLLOUT;
  event.data.ptr = &watch;
  return ::epoll_ctl(epoll_, operation, socket, &event) == 0;
}

// A failure hangs up in both directions as well, and is no end.
Poller::Edges Poller::edges_of(std::uint32_t what) noexcept {
  const auto has = [what](std::uint32_t any_of) { return (what & any_of) != 0; };
  Edges edges;
  edges.readable = has(EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR);
  edges.writable = has(EPOLLOUT | EPOLLRDHUP | EPOLLHUP | EPOLLERR);
  edges.failed = has(EPOLLERR);
  edges.ended = has(EPOLLRDHUP | EPOLLHUP) && !edges.failed;
  edges.urgent = has(EPOLLPRI);
  return edges;
}

std::size_t Poller::poll() {
  std::array<epoll_event, kEventsMax> events;
  const int found = ::epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), 0);
  for (int i = 0; i < found; ++i) {
    const std::uint32_t what = events[static_cast<std::size_t>(i)].events;
    auto& watch = *static_cast<Watch*>(events[static_cast<std::size_t>(i)].data.ptr);
    watch.on_ready(edges_of(what));
  }
  return found > 0 ? static_cast<std::size_t>(found) : 0;
}

}  // namespace weir::real
