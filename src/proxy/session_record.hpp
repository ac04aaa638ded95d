#pragma once
// SessionRecord: what is known of a TCP session when it has ended; one line in the log, one entry
// for the oracles of the simulator.
//
//   class Log : public SessionObserver { void session_ended(const SessionRecord& r) override; };

#include <cstdint>
#include <string_view>

#include "base/endpoint.hpp"
#include "base/time.hpp"

namespace weir::proxy {

enum class SessionEnd : std::uint8_t {
  finished,            // both sides ended their direction, all bytes were delivered
  client_reset,        // the client reset the connection; the backend was reset too
  upstream_reset,      // the backend reset the connection; the client was reset too
  no_backend,          // no backend could be connected to; the client was reset
  idle_timeout,        // no byte in either direction for too long; both were reset
  half_close_timeout,  // one side had ended and the other fell silent; both were reset
  cancelled,           // the drain deadline passed; both were reset
};

std::string_view to_string(SessionEnd end) noexcept;  // "finished", "client_reset", ...

struct SessionRecord {
  std::uint64_t number = 0;  // of the session in its worker, from 1
  Endpoint client;
  Endpoint backend;                       // the one connected to last, or tried last
  std::uint32_t backend_index = 0;        // its place in TcpProxyOptions::backends
  std::uint32_t connects_failed = 0;      // backends that were tried before in vain
  std::uint64_t bytes_from_client = 0;    // read from the client
  std::uint64_t bytes_from_upstream = 0;  // read from the backend
  Duration duration{0};                   // since the client was accepted
  Duration connect_time{0};               // of that until a backend was connected
  SessionEnd end = SessionEnd::finished;
};

class SessionObserver {
 public:
  virtual void session_ended(const SessionRecord& record) = 0;  // does not block

 protected:
  ~SessionObserver() = default;
};

}  // namespace weir::proxy
