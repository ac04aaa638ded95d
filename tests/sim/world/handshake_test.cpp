#include <catch2/catch.hpp>

#include "two_hosts.hpp"

using namespace weir;
using namespace weir::sim;
using namespace weir::sim::test;

namespace {

Error error_of(Connect& connect) {
  REQUIRE(connect.ended());
  const auto result = connect.take();
  REQUIRE_FALSE(result.has_value());
  return result.error();
}

}  // namespace

TEST_CASE("a connect takes one round trip and the server accepts half a round trip later") {
  TwoHosts net;
  const auto listener = net.listen();
  const auto connect = net.connect();
  net.pass(2ms - 1ns);
  CHECK_FALSE(connect->ended());
  net.pass(1ns);
  CHECK(connect->ended());
  CHECK(listener->try_accept().status == io::AcceptStatus::would_block);
  net.pass(1ms);
  CHECK(listener->try_accept().status == io::AcceptStatus::ok);
}

TEST_CASE("both ends of a connection know both addresses") {
  Connected net;
  CHECK(net.client->peer() == net.far.at(80));
  CHECK(net.server->local() == net.far.at(80));
  CHECK(net.client->local() == net.near.at(net.near.limits().first_port));
  CHECK(net.server->peer() == net.client->local());
}

TEST_CASE("a port where nobody listens refuses after one round trip") {
  TwoHosts net;
  const auto connect = net.connect();
  net.pass(2ms - 1ns);
  CHECK_FALSE(connect->ended());
  net.pass(1ns);
  CHECK(error_of(*connect) == Error{ErrorCode::refused, Side::upstream, true});
  CHECK(net.network.connections() == 0);
}

TEST_CASE("a host that is off answers nothing until the deadline") {
  TwoHosts net;
  net.far.power_off();
  const auto connect = net.connect(TimePoint(5s));
  net.pass(5s - 1ns);
  CHECK_FALSE(connect->ended());
  net.pass(1ns);
  CHECK(error_of(*connect) == Error{ErrorCode::timed_out, Side::upstream, true});
  CHECK(net.network.connections() == 0);
  CHECK(net.near.open_descriptors() == 0);
}

TEST_CASE("SYNs are sent again after 1, 3, 7, 15, 31 and 63 s, and no more after 127 s") {
  TwoHosts net;
  net.cut();
  Events events(net.kernel);
  const auto connect = net.connect();
  net.pass(127s - 1ns);
  CHECK(events.times_of(EventKind::syn) == std::vector<Duration>{0s, 1s, 3s, 7s, 15s, 31s, 63s});
  CHECK(events.count(EventKind::syn_dropped) == 7);
  CHECK_FALSE(connect->ended());
  net.pass(1ns);
  CHECK(error_of(*connect).code == ErrorCode::timed_out);
  CHECK(events.count(EventKind::gave_up) == 1);
}

TEST_CASE("a connect into a cut link goes through with the first SYN after the heal") {
  TwoHosts net;
  const auto listener = net.listen();
  net.cut();
  const auto connect = net.connect();
  net.pass(2500ms);
  net.heal();
  net.pass(502ms - 1ns);
  CHECK_FALSE(connect->ended());
  net.pass(1ns);
  CHECK(connect->ended());
}

TEST_CASE("a SYN that is on its way when the link is cut is lost") {
  TwoHosts net;
  const auto listener = net.listen();
  Events events(net.kernel);
  const auto connect = net.connect();
  net.pass(500us);
  net.cut();
  net.heal();
  net.pass(900ms);
  CHECK(events.count(EventKind::syn_dropped) == 1);
  CHECK_FALSE(connect->ended());
  net.pass(200ms);
  CHECK(connect->ended());
}

TEST_CASE("with the way back cut the server accepts nothing before the heal") {
  TwoHosts net;
  const auto listener = net.listen();
  net.network.cut(net.far, net.near);
  const auto connect = net.connect();
  net.pass(10s);
  CHECK_FALSE(connect->ended());
  CHECK(listener->try_accept().status == io::AcceptStatus::would_block);
  net.heal();
  net.pass(2ms);
  CHECK(connect->ended());
  CHECK(listener->try_accept().status == io::AcceptStatus::ok);
}

TEST_CASE("SYNs are lost as often as the link says") {
  TwoHosts net({.latency = 1ms, .loss = {1, 2}});
  const auto listener = net.listen({.backlog = 1000});
  Events events(net.kernel);
  std::vector<std::unique_ptr<Connect>> connects;
  for (int i = 0; i < 400; ++i) connects.push_back(net.connect());
  net.pass(999ms);
  CHECK(events.count(EventKind::syn_dropped) > 150);
  CHECK(events.count(EventKind::syn_dropped) < 250);
  net.pass(130s);
  for (const auto& connect : connects) CHECK(connect->ended());
}

TEST_CASE("destroying the connect task gives up at once") {
  TwoHosts net;
  const auto listener = net.listen();
  auto connect = net.connect();
  net.pass(500us);
  SECTION("before the SYN has arrived") {
    connect.reset();
    CHECK(net.network.connections() == 0);
  }
  SECTION("and the server's half of the handshake is reset") {
    net.pass(1ms);
    connect.reset();
    CHECK(net.network.connections() == 1);
    net.pass(2ms);
    CHECK(net.network.connections() == 0);
  }
  CHECK(net.near.open_descriptors() == 0);
  net.pass(1s);
  CHECK(listener->try_accept().status == io::AcceptStatus::would_block);
}

TEST_CASE("a connect task that is destroyed when it is connected closes the connection") {
  TwoHosts net;
  const auto listener = net.listen();
  auto connect = net.connect();
  net.pass(2ms);
  CHECK(connect->ended());
  connect.reset();
  net.pass(2ms);
  const auto server = listener->try_accept().stream;
  REQUIRE(server != nullptr);
  CHECK(read(*server) == "<end>");
}

TEST_CASE("a half-open connection whose client is gone is forgotten after 63 s") {
  TwoHosts net;
  const auto listener = net.listen();
  const auto connect = net.connect();
  net.pass(1500us);
  net.near.power_off();
  net.pass(62s);
  CHECK(net.network.connections() == 1);
  net.pass(2s);
  CHECK(net.network.connections() == 0);
}

TEST_CASE("an address that no host has is unreachable") {
  TwoHosts net;
  const Endpoint nowhere{.address = {10, 9, 9, 9}, .port = 80};
  const Endpoint elsewhere{.address = {192, 168, 0, 1}, .port = 80};
  for (const Endpoint& to : {nowhere, elsewhere}) {
    Connect connect(net.near.world().connector.connect(to, kNever));
    CHECK(error_of(connect) == Error{ErrorCode::unreachable, Side::upstream, true});
  }
}

TEST_CASE("a host connects to itself by its own address and by the loopback address") {
  TwoHosts net;
  const auto listener = std::move(*net.near.world().listeners.listen(Endpoint{.port = 81}, {}));
  const Endpoint loopback{.address = {127, 0, 0, 1}, .port = 81};
  for (const Endpoint& to : {net.near.at(81), loopback}) {
    Connect connect(net.near.world().connector.connect(to, kNever));
    net.pass(300us);
    const auto client = std::move(*connect.take());
    const auto server = listener->try_accept().stream;
    REQUIRE(server != nullptr);
    CHECK(client->peer() == to);
    CHECK(write(*client, "ping") == "4");
    CHECK(write(*server, "pong") == "4");
    net.pass(100us);
    CHECK(read(*server) == "ping");
    CHECK(read(*client) == "pong");
  }
}
