#include "proxy/tcp_session.hpp"

#include <catch2/catch.hpp>

#include "proxy/pipe_world.hpp"

using namespace std::chrono_literals;
using namespace weir;
using namespace weir::proxy;
using namespace weir::test;

namespace {

struct OneSession : SessionObserver {
  explicit OneSession(std::size_t backends, lb::Policy policy = lb::Policy::round_robin)
      : balance(lb::ClusterOptions{.policy = policy}, std::vector<lb::BackendSpec>(backends)),
        context{pipes.world, options, balance, *this, without_descriptor} {
    for (std::size_t i = 0; i < backends; ++i) {
      options.backends.push_back(backend_at(static_cast<std::uint16_t>(i + 1)));
    }
    options.connect_timeout = 1s;
    options.idle_timeout = 60s;
    options.half_close_timeout = 5s;
  }

  Running<void>& start() {
    auto [near, far] = io::make_pipe(pipes.driver.run_queue, PipeWorld::kPipeBytes);
    client = std::move(far);
    running = std::make_unique<Running<void>>(run_tcp_session(context, std::move(near), 1));
    pipes.driver.settle();
    return *running;
  }
  io::Stream& backend() { return *pipes.connected.at(0); }

  void session_ended(const SessionRecord& record) override { records.push_back(record); }

  PipeWorld pipes;
  TcpProxyOptions options;
  lb::Cluster balance;
  std::vector<SessionRecord> records;
  std::size_t without_descriptor = 0;
  TcpSessionContext context;
  std::unique_ptr<io::Stream> client;
  std::unique_ptr<Running<void>> running;
};

}  // namespace

TEST_CASE("a session carries both directions and finishes when both have ended") {
  OneSession session(1);
  session.start();
  write_now(*session.client, "question");
  session.pipes.driver.settle();
  CHECK(read_now(session.backend()) == "question");
  session.client->shutdown_write();
  session.pipes.driver.settle();
  CHECK(status_now(session.backend()) == io::IoStatus::end);
  write_now(session.backend(), "answer");
  session.backend().shutdown_write();
  session.pipes.driver.settle();
  CHECK(read_now(*session.client) == "answer");
  CHECK(status_now(*session.client) == io::IoStatus::end);
  REQUIRE(session.records.size() == 1);
  CHECK(session.records[0].end == SessionEnd::finished);
  CHECK(session.records[0].bytes_from_client == 8);
  CHECK(session.records[0].bytes_from_upstream == 6);
}

TEST_CASE("a session goes on to the next backend when a connect is refused or too slow") {
  OneSession session(4);
  session.pipes.broken[1] = ErrorCode::refused;
  session.pipes.broken[2] = ErrorCode::timed_out;
  session.start();
  CHECK(session.pipes.tried == std::vector<Endpoint>{backend_at(1), backend_at(2)});
  session.pipes.driver.advance(1s);
  CHECK(session.pipes.tried.back() == backend_at(3));
  session.client->abort();
  session.pipes.driver.settle();
  REQUIRE(session.records.size() == 1);
  CHECK(session.records[0].connects_failed == 2);
  CHECK(session.records[0].backend == backend_at(3));
  CHECK(session.records[0].connect_time == 1s);
}

TEST_CASE("a session without a file descriptor for its backend waits for one, and blames nobody") {
  OneSession session(2);
  session.pipes.broken[1] = ErrorCode::no_descriptors;
  session.start();
  session.pipes.driver.advance(500ms);
  CHECK(session.without_descriptor == 1);
  session.pipes.broken.clear();
  session.pipes.driver.advance(100ms);
  CHECK(session.without_descriptor == 0);
  CHECK(session.pipes.tried == std::vector<Endpoint>(session.pipes.tried.size(), backend_at(1)));
  REQUIRE(session.pipes.connected.size() == 1);
  session.client->abort();
  session.pipes.driver.settle();
  CHECK(session.records.at(0).connects_failed == 0);
  CHECK(session.records.at(0).backend == backend_at(1));
}

TEST_CASE("a session that gets no file descriptor until the connect deadline is given up") {
  OneSession session(2);
  session.pipes.broken[1] = ErrorCode::no_descriptors;
  session.start();
  session.pipes.driver.advance(999ms);
  CHECK(session.records.empty());
  session.pipes.driver.advance(1ms);
  REQUIRE(session.records.size() == 1);
  CHECK(session.records[0].end == SessionEnd::no_backend);
  CHECK(session.records[0].connects_failed == 0);
  CHECK(session.pipes.tried.back() == backend_at(1));
  CHECK(session.pipes.tried.size() <= 11);
}

TEST_CASE("a session that is cancelled while it waits for a file descriptor waits no more") {
  OneSession session(1);
  session.pipes.broken[1] = ErrorCode::no_descriptors;
  session.start();
  CHECK(session.without_descriptor == 1);
  session.running->cancel();
  CHECK(session.without_descriptor == 0);
}

TEST_CASE("a session goes to a backend that is in service, and counts there until it ends") {
  OneSession session(3);
  session.balance.set_health(0, false, {});
  session.pipes.broken[2] = ErrorCode::refused;
  session.start();
  CHECK(session.pipes.tried == std::vector<Endpoint>{backend_at(2), backend_at(3)});
  CHECK(session.balance.state(1).failed == 1);
  CHECK(session.balance.state(2).in_flight == 1);
  session.client->abort();
  session.pipes.driver.settle();
  CHECK(session.balance.in_flight() == 0);
  CHECK(session.balance.state(2).failed == 0);
}

TEST_CASE("a session goes where the policy of its cluster says") {
  OneSession session(3, lb::Policy::least_connections);
  const auto one = session.balance.begin(0);
  const auto other = session.balance.begin(2);
  session.start();
  CHECK(session.pipes.tried == std::vector<Endpoint>{backend_at(2)});
}

TEST_CASE("a session for which nobody is in service resets its client") {
  OneSession session(1);
  session.balance.set_draining(0, true, {});
  CHECK(session.start().ended());
  CHECK(session.pipes.tried.empty());
  CHECK(status_now(*session.client) == io::IoStatus::reset);
  CHECK(session.records.at(0).end == SessionEnd::no_backend);
  CHECK(session.balance.in_flight() == 0);
}

TEST_CASE("a session without a backend that answers resets its client") {
  OneSession session(3);
  for (std::uint16_t port = 1; port <= 3; ++port) session.pipes.broken[port] = ErrorCode::refused;
  CHECK(session.start().ended());
  CHECK(session.pipes.tried.size() == 3);
  CHECK(status_now(*session.client) == io::IoStatus::reset);
  CHECK(session.records.at(0).end == SessionEnd::no_backend);
}

TEST_CASE("a reset of one side resets the other and is blamed on the one that began") {
  const bool client_begins = GENERATE(true, false);
  OneSession session(1);
  session.start();
  (client_begins ? *session.client : session.backend()).abort();
  session.pipes.driver.settle();
  CHECK(status_now(client_begins ? session.backend() : *session.client) == io::IoStatus::reset);
  CHECK(session.records.at(0).end ==
        (client_begins ? SessionEnd::client_reset : SessionEnd::upstream_reset));
}

TEST_CASE("a client that resets while its backend takes nothing resets the backend at once") {
  OneSession session(1);
  session.start();
  const std::string much(PipeWorld::kPipeBytes, 'm');
  for (int i = 0; i < 3; ++i) {
    write_now(*session.client, much);
    session.pipes.driver.settle();
  }
  session.client->abort();
  session.pipes.driver.settle();
  REQUIRE(session.records.size() == 1);
  CHECK(session.records[0].end == SessionEnd::client_reset);
  read_now(session.backend());
  CHECK(status_now(session.backend()) == io::IoStatus::reset);
}

TEST_CASE("what a backend said before it reset the connection still reaches the client") {
  OneSession session(1);
  session.start();
  write_now(session.backend(), "go away");
  session.pipes.driver.settle();
  session.backend().abort();
  CHECK(read_now(*session.client) == "go away");
  session.pipes.driver.settle();
  CHECK(status_now(*session.client) == io::IoStatus::reset);
}

TEST_CASE("a session is reset when no byte has moved for the idle timeout") {
  OneSession session(1);
  session.start();
  session.pipes.driver.advance(59s);
  write_now(*session.client, "x");
  session.pipes.driver.advance(59s);
  CHECK(session.records.empty());
  session.pipes.driver.advance(2s);
  REQUIRE(session.records.size() == 1);
  CHECK(session.records[0].end == SessionEnd::idle_timeout);
  CHECK(session.records[0].duration == 119s);
  CHECK(status_now(*session.client) == io::IoStatus::reset);
}

TEST_CASE("a half-closed session has the half-close timeout, counted from the last byte") {
  OneSession session(1);
  session.start();
  session.pipes.driver.advance(10s);
  session.client->shutdown_write();
  session.pipes.driver.advance(4s);
  write_now(session.backend(), "x");
  session.pipes.driver.advance(4s);
  CHECK(session.records.empty());
  session.pipes.driver.advance(2s);
  CHECK(session.records.at(0).end == SessionEnd::half_close_timeout);
}

TEST_CASE("a session that is cancelled resets both sides and says so") {
  OneSession session(1);
  session.start().cancel();
  CHECK(status_now(*session.client) == io::IoStatus::reset);
  CHECK(status_now(session.backend()) == io::IoStatus::reset);
  CHECK(session.records.at(0).end == SessionEnd::cancelled);
}
