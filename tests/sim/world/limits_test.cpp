// What a host runs out of: ports and descriptors.

#include <catch2/catch.hpp>

#include "two_hosts.hpp"

using namespace weir;
using namespace weir::sim;
using namespace weir::sim::test;

namespace {

std::unique_ptr<io::Stream> connected(TwoHosts& net) {
  const auto connect = net.connect();
  net.pass(3ms);
  auto result = connect->take();
  return result ? std::move(*result) : nullptr;
}

ErrorCode connect_error(TwoHosts& net) {
  const auto connect = net.connect();
  REQUIRE(connect->ended());
  const auto result = connect->take();
  REQUIRE_FALSE(result.has_value());
  CHECK(result.error().retry_safe);
  CHECK(result.error().side == Side::upstream);
  return result.error().code;
}

}  // namespace

TEST_CASE("a host runs out of ports to one destination and not to another") {
  TwoHosts net;
  net.near.limits().first_port = 40'000;
  net.near.limits().last_port = 40'002;
  const auto listener = net.listen();
  std::vector<std::unique_ptr<io::Stream>> streams;
  for (std::uint16_t i = 0; i < 3; ++i) {
    streams.push_back(connected(net));
    REQUIRE(streams.back() != nullptr);
    CHECK(streams.back()->local().port == 40'000 + i);
  }
  CHECK(connect_error(net) == ErrorCode::no_ports);
  CHECK(net.near.open_descriptors() == 3);
  Connect elsewhere(net.near.world().connector.connect(net.far.at(81), kNever));
  net.pass(2ms);
  CHECK(elsewhere.take().error().code == ErrorCode::refused);
}

TEST_CASE("a port is free again when the connection's side is closed") {
  TwoHosts net;
  net.near.limits().first_port = 40'000;
  net.near.limits().last_port = 40'000;
  const auto listener = net.listen();
  auto client = connected(net);
  auto server = listener->try_accept().stream;
  SECTION("by a reset") {
    client->abort();
    CHECK(connected(net) != nullptr);
  }
  SECTION("when both have ended") {
    client.reset();
    net.pass(1ms);
    CHECK(connect_error(net) == ErrorCode::no_ports);
    server.reset();
    net.pass(1ms);
    CHECK(connected(net) != nullptr);
  }
  SECTION("60 s after its end was delivered to a peer that does not end") {
    client.reset();
    net.pass(60s);
    CHECK(connect_error(net) == ErrorCode::no_ports);
    net.pass(1ms);
    CHECK(connected(net) != nullptr);
  }
}

TEST_CASE("with a time_wait the port of the side that ended first stays taken") {
  TwoHosts net;
  net.near.limits().first_port = 40'000;
  net.near.limits().last_port = 40'000;
  net.near.limits().time_wait = 60s;
  const auto listener = net.listen();
  auto client = connected(net);
  auto server = listener->try_accept().stream;
  SECTION("which is the client") {
    client.reset();
    net.pass(1ms);
    server.reset();
    net.pass(59s);
    CHECK(connect_error(net) == ErrorCode::no_ports);
    net.pass(1s + 1ms);
    CHECK(connected(net) != nullptr);
  }
  SECTION("which is the server") {
    server.reset();
    net.pass(1ms);
    client.reset();
    net.pass(1ms);
    CHECK(connected(net) != nullptr);
  }
}

TEST_CASE("a connect needs a descriptor") {
  TwoHosts net;
  net.near.limits().descriptors_max = 1;
  const auto listener = net.listen();
  auto client = connected(net);
  CHECK(connect_error(net) == ErrorCode::no_descriptors);
  client.reset();
  CHECK(connected(net) != nullptr);
}

TEST_CASE("a listener needs a descriptor") {
  TwoHosts net;
  net.far.limits().descriptors_max = 0;
  const auto result = net.far.world().listeners.listen(net.far.at(80), {});
  REQUIRE_FALSE(result.has_value());
  CHECK(result.error().code == ErrorCode::no_descriptors);
}

TEST_CASE("without descriptors a connection stays in the backlog until there is one") {
  TwoHosts net;
  net.far.limits().descriptors_max = 2;
  const auto listener = net.listen();
  const auto first = connected(net);
  const auto second = connected(net);
  auto server = listener->try_accept().stream;
  REQUIRE(server != nullptr);
  CHECK(listener->try_accept().status == io::AcceptStatus::no_descriptors);
  CHECK(listener->try_accept().status == io::AcceptStatus::no_descriptors);
  CHECK(read(*second) == "<would block>");
  server.reset();
  CHECK(listener->try_accept().status == io::AcceptStatus::ok);
}

TEST_CASE("descriptors are counted from connect to the abort or the destruction of the stream") {
  TwoHosts net;
  auto listener = net.listen();
  CHECK(net.far.open_descriptors() == 1);
  auto connect = net.connect();
  CHECK(net.near.open_descriptors() == 1);
  net.pass(3ms);
  auto client = std::move(*connect->take());
  CHECK(net.near.open_descriptors() == 1);
  connect.reset();
  CHECK(net.near.open_descriptors() == 1);
  auto server = listener->try_accept().stream;
  CHECK(net.far.open_descriptors() == 2);
  client->abort();
  CHECK(net.near.open_descriptors() == 0);
  client.reset();
  server.reset();
  listener.reset();
  CHECK(net.near.open_descriptors() == 0);
  CHECK(net.far.open_descriptors() == 0);
}
