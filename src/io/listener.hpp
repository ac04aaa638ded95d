#pragma once
// Listener: accepts Streams at an address. Like a Stream it never blocks and never calls back:
//
//   AcceptResult next = listener.try_accept();
//   if (next.status == AcceptStatus::would_block) co_await listener.acceptable().wait();
//
// Destroying it stops listening: connections that nobody accepted yet are reset.

#include <cstdint>
#include <memory>

#include "base/result.hpp"
#include "io/stream.hpp"

namespace weir::io {

enum class AcceptStatus : std::uint8_t {
  ok,              // `stream` is set
  would_block,     // no connection waits
  no_descriptors,  // one waits, but this process may open no more files (EMFILE, ENFILE): back off
  failed,          // not this one: it failed before, or was given to another worker; try the next
};

struct AcceptResult {
  std::unique_ptr<Stream> stream;
  AcceptStatus status = AcceptStatus::would_block;
};

class Listener : Counted<Kind::listener> {
 public:
  virtual ~Listener() = default;

  virtual AcceptResult try_accept() = 0;
  virtual task::Event& acceptable() = 0;  // level-triggered like Stream::readable()
  virtual Endpoint local() const = 0;     // with the port that was picked when 0 was asked for
};

struct ListenOptions {
  int backlog = 4096;       // connections that the kernel keeps while nobody accepts
  bool share_port = false;  // several workers listen on the same port (SO_REUSEPORT)
};

// Opens Listeners on this host. Errors: address_in_use, address_not_ours, permission_denied,
// no_descriptors.
class ListenerFactory {
 public:
  virtual ~ListenerFactory() = default;
  virtual Result<std::unique_ptr<Listener>> listen(Endpoint at, ListenOptions options) = 0;
};

}  // namespace weir::io
