#include <catch2/catch.hpp>

#include "two_hosts.hpp"

using namespace weir;
using namespace weir::sim;
using namespace weir::sim::test;

namespace {

task::Task<> wait_to_accept(io::Listener& listener) { co_await listener.acceptable().wait(); }

ErrorCode listen_error(Host& host, const Endpoint& at, const io::ListenOptions& options = {}) {
  const auto result = host.world().listeners.listen(at, options);
  REQUIRE_FALSE(result.has_value());
  return result.error().code;
}

std::size_t ended(const std::vector<std::unique_ptr<Connect>>& connects) {
  std::size_t count = 0;
  for (const auto& connect : connects) count += connect->ended() ? 1 : 0;
  return count;
}

}  // namespace

TEST_CASE("acceptable wakes a waiter when a connection is established") {
  TwoHosts net;
  const auto listener = net.listen();
  weir::test::Running<void> waiting(wait_to_accept(*listener));
  const auto connect = net.connect();
  net.pass(3ms - 1ns);
  CHECK_FALSE(waiting.ended());
  net.pass(1ns);
  CHECK(waiting.ended());
  weir::test::Running<void> again(wait_to_accept(*listener));
  CHECK(again.ended());
}

TEST_CASE("a listener at port 0 picks a free port") {
  TwoHosts net;
  auto& listeners = net.far.world().listeners;
  const auto first = std::move(*listeners.listen(net.far.at(0), {}));
  const auto second = std::move(*listeners.listen(net.far.at(0), {}));
  CHECK(first->local().port == net.far.limits().first_port);
  CHECK(second->local().port == net.far.limits().first_port + 1);
}

TEST_CASE("an address in use is refused to a second listener") {
  TwoHosts net;
  const Endpoint any{.port = 80};
  const auto listener = net.listen();
  CHECK(listen_error(net.far, net.far.at(80)) == ErrorCode::address_in_use);
  CHECK(listen_error(net.far, any) == ErrorCode::address_in_use);
  CHECK(listen_error(net.far, net.far.at(80), {.share_port = true}) == ErrorCode::address_in_use);
  CHECK(net.far.open_descriptors() == 1);
}

TEST_CASE("an address can be listened on again when its listener is destroyed") {
  TwoHosts net;
  net.listen().reset();
  CHECK(net.listen() != nullptr);
}

TEST_CASE("a listener needs an address of its host") {
  TwoHosts net;
  CHECK(listen_error(net.far, net.near.at(80)) == ErrorCode::address_not_ours);
  CHECK(listen_error(net.far, *parse_endpoint("::1", 80)) == ErrorCode::address_not_ours);
}

TEST_CASE("a backlog of two takes three connections, as on Linux") {
  TwoHosts net;
  const auto listener = net.listen({.backlog = 2});
  Events events(net.kernel);
  std::vector<std::unique_ptr<Connect>> connects;
  for (int i = 0; i < 6; ++i) connects.push_back(net.connect());
  net.pass(900ms);
  CHECK(ended(connects) == 3);
  CHECK(events.count(EventKind::syn_dropped) == 3);

  // The others get in with their next SYN, once there is room.
  const auto accepted = listener->try_accept().stream;
  net.pass(1s);
  CHECK(ended(connects) == 4);
}

TEST_CASE("a backlog is at least one connection and at most somaxconn") {
  TwoHosts net;
  net.far.limits().somaxconn = 4;
  int backlog = 0;
  std::size_t taken = 0;
  SECTION("zero takes one") { taken = 1; }
  SECTION("a negative one is somaxconn") {
    backlog = -1;
    taken = 5;
  }
  SECTION("a large one is somaxconn") {
    backlog = 1000;
    taken = 5;
  }
  const auto listener = net.listen({.backlog = backlog});
  std::vector<std::unique_ptr<Connect>> connects;
  for (int i = 0; i < 9; ++i) connects.push_back(net.connect());
  net.pass(900ms);
  CHECK(ended(connects) == taken);
}

TEST_CASE("a connection that is dropped in the handshake leaves its place in the backlog") {
  TwoHosts net;
  const auto listener = net.listen({.backlog = 0});
  net.network.cut(net.far, net.near);
  auto lost = net.connect();
  net.pass(1s);
  lost.reset();
  const auto turned_away = net.connect();
  net.pass(64s);  // the half-open one is forgotten after 63 s
  net.heal();
  net.pass(70s);
  CHECK(turned_away->ended());
}

TEST_CASE("bytes wait in a backlog with their connection") {
  TwoHosts net;
  const auto listener = net.listen();
  const auto connect = net.connect();
  net.pass(2ms);
  const auto client = std::move(*connect->take());
  write(*client, "early");
  net.pass(1s);
  const auto server = listener->try_accept().stream;
  REQUIRE(server != nullptr);
  CHECK(read(*server) == "early");
}

TEST_CASE("destroying a listener resets what nobody accepted") {
  TwoHosts net;
  auto listener = net.listen();
  const auto established = net.connect();
  net.pass(3ms);
  const auto half_open = net.connect();
  net.pass(1500us);
  listener.reset();
  net.pass(1s);
  const auto client = std::move(*established->take());
  CHECK(read(*client) == "<reset>");
  const auto late = std::move(*half_open->take());
  CHECK(read(*late) == "<reset>");
  CHECK(net.network.connections() == 2);  // the clients' streams
}

TEST_CASE("connections are spread over the listeners that share a port, the same in every run") {
  const auto spread = [](std::uint64_t seed) {
    TwoHosts net({.latency = 1ms}, seed);
    std::vector<std::unique_ptr<io::Listener>> listeners;
    for (int i = 0; i < 4; ++i) listeners.push_back(net.listen({.share_port = true}));
    std::vector<std::unique_ptr<Connect>> connects;
    for (int i = 0; i < 400; ++i) connects.push_back(net.connect());
    net.pass(10ms);
    std::vector<std::size_t> counts;
    std::vector<std::unique_ptr<io::Stream>> accepted;
    for (const auto& listener : listeners) {
      const std::size_t before = accepted.size();
      while (auto stream = listener->try_accept().stream) accepted.push_back(std::move(stream));
      counts.push_back(accepted.size() - before);
    }
    CHECK(accepted.size() == 400);
    return counts;
  };
  const std::vector<std::size_t> counts = spread(1);
  for (const std::size_t count : counts) {
    CHECK(count > 60);
    CHECK(count < 140);
  }
  CHECK(spread(1) == counts);
  CHECK(spread(2) != counts);
}

TEST_CASE("a listener that goes leaves new connections to those that share its port") {
  TwoHosts net;
  auto first = net.listen({.share_port = true});
  const auto second = net.listen({.share_port = true});
  first.reset();
  for (int i = 0; i < 20; ++i) {
    const auto connect = net.connect();
    net.pass(3ms);
    CHECK(second->try_accept().status == io::AcceptStatus::ok);
  }
}

TEST_CASE("a listener at any address takes what none at the address itself takes") {
  TwoHosts net;
  auto& listeners = net.far.world().listeners;
  const Endpoint any{.port = 80};
  const auto at_any = std::move(*listeners.listen(any, {}));
  const auto connect = net.connect();
  net.pass(3ms);
  const auto server = at_any->try_accept().stream;
  REQUIRE(server != nullptr);
  CHECK(server->local() == net.far.at(80));
  CHECK(at_any->local() == any);
}
