// What only real sockets have: urgent data, and a Poller that is full. The rest is in
// tests/transport.

#include "real/tcp_stream.hpp"

#include <catch2/catch.hpp>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "io/stream_ops.hpp"
#include "real/tcp_connector.hpp"
#include "real/tcp_listener.hpp"
#include "real/translate.hpp"
#include "real/worlds.hpp"
#include "support/driver.hpp"

using namespace weir;
using test::OneWorld;

// What a coroutine here refers to outlives it: it belongs to the test.

namespace {

// A client of the operating system's own, and the stream that accepted it.
struct Accepted {
  OneWorld one;
  std::unique_ptr<io::Listener> listener;
  int client = -1;
  std::unique_ptr<io::Stream> server;

  Accepted() {
    const io::ListenOptions options;
    listener = std::move(*one.io().listeners.listen(test::loopback(), options));
    client = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    auto at = real::to_socket_address(listener->local());
    REQUIRE(::connect(client, at.get(), at.length) == 0);
    server = listener->try_accept().stream;
    REQUIRE(server != nullptr);
  }
  ~Accepted() { ::close(client); }

  void send(std::string_view text, int flags) const {
    CHECK(::send(client, text.data(), text.size(), flags) == static_cast<ssize_t>(text.size()));
  }
};

task::Task<> read_text(OneWorld& one, io::Stream& stream, std::string& text, io::IoResult& got) {
  const MutableBytes into = std::as_writable_bytes(std::span(text));
  got = co_await io::read_exactly(stream, into, one.io().timers,
                                  one.io().timers.now() + std::chrono::seconds(2));
}

// In reads that are longer than what comes, as those of a proxy are.
task::Task<> read_to_end(OneWorld& one, io::Stream& stream, std::string& text) {
  const TimePoint deadline = one.io().timers.now() + std::chrono::seconds(2);
  for (;;) {
    const MutableBytes into = one.io().buffers.scratch();
    const io::IoResult got = co_await io::read_some(stream, into, one.io().timers, deadline);
    if (got.status != io::IoStatus::ok) {
      text += " then " + std::string(to_string(got.status));
      co_return;
    }
    text += as_text(into.first(got.bytes));
  }
}

task::Task<> wait_until_readable(OneWorld& one, io::Stream& stream) {
  co_await stream.readable().wait_until(one.io().timers, one.deadline());
}

task::Task<> connect(real::TcpConnector& connector, Endpoint to, TimePoint deadline,
                     std::optional<ErrorCode>& failure) {
  auto connected = co_await connector.connect(to, deadline);
  if (!connected) failure = connected.error().code;
}

}  // namespace

TEST_CASE("urgent data comes in its place in the stream, and nothing waits behind it") {
  Accepted accepted;
  accepted.send("ab!", MSG_OOB);  // urgent is the last byte
  std::string text(3, '?');
  io::IoResult got;
  accepted.one.run(read_text(accepted.one, *accepted.server, text, got));
  CHECK(got.status == io::IoStatus::ok);
  CHECK(text == "ab!");
  accepted.send("cd", 0);
  accepted.send("?", MSG_OOB);
  accepted.send("ef", 0);
  ::shutdown(accepted.client, SHUT_WR);
  std::string rest;
  accepted.one.run(read_to_end(accepted.one, *accepted.server, rest));
  CHECK(rest == "cd?ef then end");
}

TEST_CASE("a stream that was sent urgent data is not spliced any more") {
  Accepted accepted;
  Accepted other;
  accepted.send("a!", MSG_OOB);
  accepted.one.run(wait_until_readable(accepted.one, *accepted.server));
  CHECK(accepted.server->splice_to(*other.server) == nullptr);
}

TEST_CASE("a socket that cannot be watched is an error, not one that hears nothing") {
  test::Driver driver;
  real::SocketContext context{driver.run_queue, {}, {}};
  const int no_poller = ::open("/dev/null", O_RDWR | O_CLOEXEC);
  ::dup2(no_poller, context.poller.descriptor());  // every registration fails from now on
  ::close(no_poller);
  const io::ListenOptions options;
  CHECK_FALSE(real::TcpListener::open(test::loopback(), options, context, real::SpreadMember{}));

  OneWorld one;
  auto listener = one.io().listeners.listen(test::loopback(), options);
  REQUIRE(listener);
  real::TcpConnector connector(context, driver.timers);
  std::optional<ErrorCode> failure;
  const TimePoint deadline = driver.timers.now() + std::chrono::seconds(1);
  const test::Running running(connect(connector, (*listener)->local(), deadline, failure));
  driver.settle();
  CHECK(running.ended());
  CHECK(failure == ErrorCode::other);
}

TEST_CASE("a splice at urgent data does not take it for the end, and reading goes on") {
  Accepted accepted;
  Accepted other;
  const auto splice = accepted.server->splice_to(*other.server);
  REQUIRE(splice != nullptr);
  accepted.send("!", MSG_OOB);
  accepted.send("behind", 0);
  ::shutdown(accepted.client, SHUT_WR);
  CHECK(splice->try_fill().status == io::IoStatus::would_block);
  std::string rest;
  accepted.one.run(read_to_end(accepted.one, *accepted.server, rest));
  CHECK(rest == "!behind then end");
}
