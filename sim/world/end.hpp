#pragma once
// End: what a host's kernel knows of its side of a connection.
//
// closed -> syn_sent -> open          the side that connects
// closed -> half_open -> open         the side that listens; open in a backlog until it is accepted
// open -> orphan -> closed            its Stream was destroyed, the kernel delivers the rest
// open -> closed                      it failed: `failure` says how; a Stream may still read what
//                                     had arrived

#include <cstdint>

#include "base/endpoint.hpp"
#include "base/intrusive_list.hpp"
#include "io/stream.hpp"

namespace weir::sim::internal {

class ConnectAttempt;
class Connection;
class SimListener;
class SimStream;
class Sockets;

enum class EndState : std::uint8_t { closed, syn_sent, half_open, open, orphan };

// What an end waits for from its peer's kernel, and gives up at some time.
enum class Patience : std::uint8_t {
  none,
  syn_ack,          // sends another SYN
  handshake,        // a half-open connection that never gets established
  acknowledgement,  // gives up the connection
  fin,              // an orphan that the peer does not end (Linux: tcp_fin_timeout)
};

struct End {
  // A place in a listener's lists.
  struct Waiting : ListHook {
    explicit Waiting(Connection& owner) noexcept : connection(owner) {}
    Connection& connection;
  };

  End(Connection& connection, Sockets& its_host, const Endpoint& its_address) noexcept
      : host(its_host), address(its_address), waiting(connection) {}

  Sockets& host;
  Endpoint address;
  EndState state = EndState::closed;
  io::IoStatus failure = io::IoStatus::ok;
  SimStream* stream = nullptr;        // at most one of these three is set
  ConnectAttempt* attempt = nullptr;  // syn_sent, or open and not yet fetched
  SimListener* listener = nullptr;    // half_open, or open in its backlog
  Waiting waiting;

  bool is_held() const noexcept {
    return stream != nullptr || attempt != nullptr || listener != nullptr;
  }
};

}  // namespace weir::sim::internal
