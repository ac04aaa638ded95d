#pragma once
// ConnectAttempt: a socket that connects, on behalf of SimConnector's coroutine. It lives in that
// coroutine's frame: destroying it gives up at once, and without a word, as closing a connecting
// socket does.
//
//   ConnectAttempt attempt(host, to);
//   while (!attempt.has_ended()) co_await attempt.ended().wait_until(timers, deadline);
//   co_return attempt.take();

#include <memory>
#include <optional>

#include "base/endpoint.hpp"
#include "base/intrusive_list.hpp"
#include "base/result.hpp"
#include "io/stream.hpp"
#include "task/event.hpp"

namespace weir::sim::internal {

class Connection;
class Sockets;

class ConnectAttempt final : public ListHook {
 public:
  ConnectAttempt(Sockets& host, const Endpoint& to);
  ~ConnectAttempt() { close(); }

  bool has_ended() const noexcept { return has_ended_; }
  task::Event& ended() noexcept { return ended_; }

  // The connected stream, or why there is none. Once, when it has ended.
  Result<std::unique_ptr<io::Stream>> take();

  void time_out();  // the deadline has passed: as close(), but says timed_out

  // For the handshake.
  void connected() noexcept;
  void fail(ErrorCode code) noexcept;

  // The program loses it: as a closed socket, or without a word. Idempotent.
  void close();
  void let_go() noexcept;

 private:
  void begin(const Endpoint& to);

  Sockets& host_;
  Connection* connection_ = nullptr;  // null before it began and once it was lost or taken
  bool has_descriptor_ = false;
  bool has_ended_ = false;
  std::optional<ErrorCode> failure_;
  task::Event ended_;
};

}  // namespace weir::sim::internal
