#include "proxy/tcp_proxy.hpp"

#include <catch2/catch.hpp>

#include "proxy/pipe_world.hpp"

using namespace std::chrono_literals;
using namespace weir;
using namespace weir::proxy;
using namespace weir::test;

namespace {

struct Service : SessionObserver {
  explicit Service(std::size_t connections_max)
      : proxy(pipes.world, pipes.make_listener(), make_options(connections_max), balance, *this),
        running(proxy.run()) {}

  static TcpProxyOptions make_options(std::size_t connections_max) {
    TcpProxyOptions options;
    options.backends = {backend_at(1), backend_at(2)};
    options.connections_max = connections_max;
    options.drain_timeout = 10s;
    return options;
  }

  std::unique_ptr<io::Stream> knock() {
    auto client = pipes.knock();
    pipes.driver.settle();
    return client;
  }

  void session_ended(const SessionRecord& record) override {
    records.push_back(record);
    if (next_comes_when_one_ends) pipes.knock();
  }

  PipeWorld pipes;
  lb::Cluster balance{{}, {{.name = "1"}, {.name = "2"}}};
  std::vector<SessionRecord> records;
  bool next_comes_when_one_ends = false;
  TcpProxy proxy;
  Running<void> running;
};

}  // namespace

TEST_CASE("a proxy gives each connection to the next backend") {
  Service service(10);
  std::vector<std::unique_ptr<io::Stream>> clients;
  for (int i = 0; i < 4; ++i) clients.push_back(service.knock());
  CHECK(service.pipes.tried ==
        std::vector<Endpoint>{backend_at(1), backend_at(2), backend_at(1), backend_at(2)});
  CHECK(service.proxy.open_sessions() == 4);
}

TEST_CASE("a proxy does not accept more than its limit until a session has ended") {
  Service service(2);
  auto first = service.knock();
  auto second = service.knock();
  auto third = service.knock();
  CHECK(service.pipes.tried.size() == 2);
  first->abort();
  service.pipes.driver.settle();
  CHECK(service.pipes.tried.size() == 3);
  CHECK(service.proxy.open_sessions() == 2);
  CHECK(service.proxy.counters().open_max == 2);
}

TEST_CASE("a proxy without file descriptors pauses, says so once a pause, and goes on") {
  Service service(10);
  service.pipes.no_descriptors(true);
  auto client = service.knock();
  service.pipes.driver.advance(250ms);
  CHECK(service.proxy.counters().accept_pauses == 3);
  CHECK(service.pipes.logged.size() == 3);
  service.pipes.no_descriptors(false);
  service.pipes.driver.advance(100ms);
  CHECK(service.proxy.open_sessions() == 1);
}

TEST_CASE("a proxy accepts nobody while a session waits for a file descriptor for its backend") {
  Service service(10);
  service.pipes.broken[1] = service.pipes.broken[2] = ErrorCode::no_descriptors;
  auto first = service.knock();
  auto second = service.knock();
  service.pipes.driver.advance(150ms);
  CHECK(service.proxy.open_sessions() == 1);
  CHECK(service.proxy.counters().accept_pauses == 2);
  service.pipes.broken.clear();
  service.pipes.driver.advance(100ms);
  CHECK(service.proxy.open_sessions() == 2);
  CHECK(service.pipes.connected.size() == 2);
  CHECK(status_now(*first) == io::IoStatus::would_block);
}

TEST_CASE("a proxy lets others run after some accepts, also when every session fails at once") {
  Service service(10);
  service.pipes.broken[1] = service.pipes.broken[2] = ErrorCode::refused;
  service.next_comes_when_one_ends = true;
  service.pipes.knock();
  service.pipes.driver.run_queue.run(1);
  const std::uint64_t of_one_turn = service.proxy.counters().accepted;
  CHECK(of_one_turn > 0);
  CHECK(of_one_turn <= 16);
  service.proxy.drain();
  service.pipes.driver.settle();
  CHECK(service.running.ended());
  service.next_comes_when_one_ends = false;
}

TEST_CASE("a draining proxy serves who has knocked already, then waits for its sessions") {
  Service service(10);
  auto first = service.knock();
  auto second = service.pipes.knock();  // not yet accepted when the drain begins
  service.proxy.drain();
  service.pipes.driver.settle();
  auto late = service.knock();
  CHECK(service.proxy.open_sessions() == 2);
  CHECK_FALSE(service.running.ended());
  for (auto* client : {&first, &second}) {
    (*client)->shutdown_write();
  }
  for (auto& backend : service.pipes.connected) backend->shutdown_write();
  service.pipes.driver.settle();
  CHECK(service.running.ended());
  CHECK(service.proxy.counters().finished == 2);
}

TEST_CASE("a proxy that drains resets what is still open at the deadline") {
  Service service(10);
  auto client = service.knock();
  service.proxy.drain();
  service.pipes.driver.advance(9s);
  CHECK_FALSE(service.running.ended());
  service.pipes.driver.advance(1s);
  CHECK(service.running.ended());
  CHECK(status_now(*client) == io::IoStatus::reset);
  CHECK(service.records.at(0).end == SessionEnd::cancelled);
}

TEST_CASE("a proxy with nothing open drains at once") {
  Service service(10);
  service.proxy.drain();
  service.pipes.driver.settle();
  CHECK(service.running.ended());
}
