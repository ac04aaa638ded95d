#pragma once
// Poller: tells sockets that they became ready; a thin face of Linux' edge-triggered epoll.
//
// Why not Asio's own reactor for sockets: every async_wait of Asio re-arms its descriptor with an
// epoll_ctl, two a proxied request, 8 % of the proxy's CPU (docs/architecture.md has the figures).
// Here a socket is registered once, and seldom once more. Asio still runs the loop: it waits for
// the Poller's descriptor as for any other.
//
// A Watch is a socket's side of it; on_ready() only notes what happened and wakes waiters through
// the RunQueue, so no Watch is destroyed while poll() runs.

#include <cstddef>
#include <cstdint>

namespace weir::real {

class Poller {
 public:
  // What may have become possible or happened since the last call.
  struct Edges {
    bool readable = false;
    bool writable = false;
    bool ended = false;   // the peer has ended its direction
    bool failed = false;  // the connection has failed
    bool urgent = false;  // urgent data (RFC 6093) has arrived
  };

  class Watch {
   public:
    virtual void on_ready(const Edges& edges) = 0;

   protected:
    ~Watch() = default;
  };

  Poller();
  ~Poller();
  Poller(const Poller&) = delete;
  Poller& operator=(const Poller&) = delete;

  enum class Interest : std::uint8_t { reading, both };

  // Registers a socket until it is closed. The watch lives until then. With `reading`, on_ready()
  // speaks of writing only when the connection has ended or failed, until watch_writing() is
  // called: a fresh socket is always writable, and would be reported for that alone. False: errno
  // says why.
  bool add(int socket, Watch& watch, Interest interest);
  bool watch_writing(int socket, Watch& watch);

  static constexpr std::size_t kEventsMax = 256;

  // Calls on_ready() of the sockets that became ready, at most kEventsMax; returns how many.
  // Never waits.
  std::size_t poll();

  int descriptor() const noexcept { return epoll_; }  // readable when poll() would find something

 private:
  bool control(int operation, int socket, Watch& watch, Interest interest);
  static Edges edges_of(std::uint32_t what) noexcept;

  int epoll_;
};

}  // namespace weir::real
