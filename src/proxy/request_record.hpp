#pragma once
// RequestRecord: what is known of an HTTP request when it has ended, with every attempt to have it
// answered; one line in the access log, one entry for the oracles of the simulator.
//
//   class Log : public RequestObserver { void request_ended(const RequestRecord& r) override; };
//
// The texts are valid during the call only.

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "base/endpoint.hpp"
#include "base/time.hpp"
#include "http/own_answer.hpp"

namespace weir::proxy {

inline constexpr std::uint32_t kTriesMax = 4;  // attempts of one request

enum class AttemptEnd : std::uint8_t {
  running,
  answered,        // the answer arrived wholly
  connect_failed,  // refused, unreachable, no ports ...
  connect_timeout,
  closed,  // the connection ended or was reset before the answer's head
  first_byte_timeout,
  bad_response,  // what came is not HTTP, or not an answer to this
  truncated,     // the answer broke off
  body_timeout,  // the answer's body stood still
  client_gone,   // given up because the client was
  cancelled,
};

struct Attempt {
  std::uint32_t backend = 0;  // its place in the cluster
  Endpoint address;
  bool reused = false;  // went out on a connection that was there already
  AttemptEnd end = AttemptEnd::running;
  Duration started{0};     // since the request's first byte
  Duration connected{0};   // of the attempt: until it had a connection
  Duration first_byte{0};  // of the attempt: until the answer's head; 0 when none came
  Duration total{0};       // of the attempt
};

enum class RequestEnd : std::uint8_t {
  complete,        // answered by a backend, wholly
  answered_by_us,  // with `status`, for the reason in `error` and `details`
  client_gone,     // reset, or ended in the middle of its request
  truncated,       // the backend's answer broke off: the client was reset
  client_timeout,  // the client took too long to send or to read
  upgraded,        // became a tunnel, which has ended
  cancelled,       // the drain deadline passed
};

struct RequestRecord {
  std::uint64_t session = 0;  // number of the client's connection in its worker, from 1
  std::uint32_t number = 0;   // of the request on it, from 1
  Endpoint client;
  std::string_view method;  // "" when it could not be read
  std::string_view host;
  std::string_view path;
  std::string_view route;    // "" when none was found
  std::string_view cluster;  // likewise
  std::string_view request_id;
  std::uint16_t status = 0;  // that the client got; 0: none
  http::ProxyError error = http::ProxyError::none;
  std::string_view details;
  RequestEnd end = RequestEnd::cancelled;
  std::uint64_t bytes_in = 0;   // of the request's body
  std::uint64_t bytes_out = 0;  // of the answer's body
  Duration duration{0};
  std::span<const Attempt> attempts;
};

class RequestObserver {
 public:
  virtual void request_ended(const RequestRecord& record) = 0;  // does not block

 protected:
  ~RequestObserver() = default;
};

std::string_view to_string(AttemptEnd end) noexcept;
std::string_view to_string(RequestEnd end) noexcept;

}  // namespace weir::proxy
