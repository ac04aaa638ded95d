// Resets, in the very sequences that Linux 6.18 shows on its loopback device (sim/README.md).

#include <catch2/catch.hpp>

#include "two_hosts.hpp"

using namespace weir;
using namespace weir::sim;
using namespace weir::sim::test;

TEST_CASE("bytes that arrived before a reset can still be read") {
  Connected net;
  write(*net.server, "0123456789");
  net.pass(1ms);
  net.server->abort();
  net.pass(1ms);
  CHECK(read(*net.client, 4) == "0123");
  CHECK(read(*net.client) == "456789");
  CHECK(read(*net.client) == "<reset>");
  CHECK(read(*net.client) == "<reset>");
  CHECK(write(*net.client, "x") == "<reset>");
}

TEST_CASE("a write says reset although bytes can still be read") {
  Connected net;
  write(*net.server, "0123456789");
  net.server->abort();
  net.pass(1ms);
  CHECK(write(*net.client, "x") == "<reset>");
  CHECK(read_all(*net.client) == "0123456789<reset>");
}

TEST_CASE("a reset arrives behind what was sent before it") {
  Connected net({.latency = 1ms, .jitter = 10ms});
  write(*net.server, "hello");
  net.server->abort();
  net.pass(20ms);
  CHECK(read_all(*net.client) == "hello<reset>");
}

TEST_CASE("a reset drops what had not left yet") {
  Connected net;
  const std::size_t written = fill(*net.server);
  CHECK(written == 256 * 1024);
  net.server->abort();
  net.pass(1s);
  CHECK(drain(*net.client) == 128 * 1024);
  CHECK(read(*net.client) == "<reset>");
}

TEST_CASE("closing with unread bytes resets") {
  Connected net;
  write(*net.client, "unread");
  write(*net.server, "0123456789");
  net.pass(1ms);
  net.server.reset();
  net.pass(1ms);
  CHECK(read_all(*net.client) == "0123456789<reset>");
  CHECK(write(*net.client, "x") == "<reset>");
}

TEST_CASE("closing with unread bytes resets although the peer had ended") {
  Connected net;
  write(*net.client, "unread");
  net.client->shutdown_write();
  net.pass(1ms);
  net.server.reset();
  net.pass(1ms);
  CHECK(read(*net.client) == "<reset>");
}

TEST_CASE("closing when both directions have ended tells nothing, even with unread bytes") {
  Connected net;
  write(*net.client, "unread");
  net.client->shutdown_write();
  net.server->shutdown_write();
  net.pass(1ms);
  net.server.reset();
  net.pass(1s);
  CHECK(read(*net.client) == "<end>");
  net.client.reset();
  CHECK(net.network.connections() == 0);
}

TEST_CASE("the first write to a peer that has closed is taken and the next one says reset") {
  Connected net;
  write(*net.server, "bye");
  net.server.reset();
  net.pass(1ms);
  CHECK(write(*net.client, "x") == "1");
  net.pass(2ms - 1ns);
  CHECK(write(*net.client, "x") == "1");
  net.pass(1ns);
  CHECK(write(*net.client, "x") == "<reset>");
  CHECK(read_all(*net.client) == "bye<end>");  // the end had arrived before the reset
  CHECK(read(*net.client) == "<end>");
}

TEST_CASE("an end that was read stays the end when a reset comes later") {
  Connected net;
  net.server->shutdown_write();
  net.pass(1ms);
  CHECK(read(*net.client) == "<end>");
  net.server->abort();
  net.pass(1ms);
  CHECK(read(*net.client) == "<end>");
  CHECK(write(*net.client, "x") == "<reset>");
}

TEST_CASE("a side that has ended its direction still sees the reset") {
  Connected net;
  net.client->shutdown_write();
  net.pass(1ms);
  net.server->abort();
  net.pass(1ms);
  CHECK(read(*net.client) == "<reset>");
}

TEST_CASE("shutting down after a reset does nothing") {
  Connected net;
  net.server->abort();
  net.pass(1ms);
  net.client->shutdown_write();
  CHECK(read(*net.client) == "<reset>");
}

TEST_CASE("whoever aborts reads nothing more") {
  Connected net;
  write(*net.server, "lost");
  net.pass(1ms);
  net.client->abort();
  net.client->abort();
  CHECK(read(*net.client) == "<reset>");
  CHECK(write(*net.client, "x") == "<reset>");
  net.pass(1ms);
  CHECK(read(*net.server) == "<reset>");
}

TEST_CASE("a stream that ended and aborts says reset") {
  Connected net;
  net.server->shutdown_write();
  net.pass(1ms);
  net.client->abort();
  CHECK(read(*net.client) == "<reset>");
}

TEST_CASE("bytes for a closed stream that had shut down are answered with a reset") {
  Connected net;
  net.client->shutdown_write();
  net.client.reset();
  net.pass(1ms);
  CHECK(read(*net.server) == "<end>");
  CHECK(write(*net.server, "anybody?") == "8");
  net.pass(2ms);
  CHECK(write(*net.server, "x") == "<reset>");
  CHECK(read(*net.server) == "<end>");
}

TEST_CASE("a stream that is closed still delivers what was written") {
  Connected net;
  const std::size_t written = fill(*net.server);
  net.server.reset();
  std::size_t got = 0;
  for (int i = 0; i < 100; ++i) {
    net.pass(1ms);
    got += drain(*net.client);
  }
  CHECK(got == written);
  CHECK(read(*net.client) == "<end>");
  CHECK(net.network.connections() == 1);
  net.client.reset();
  net.pass(1ms);
  CHECK(net.network.connections() == 0);
}

TEST_CASE("a closed stream that still delivers gives it up when bytes arrive for it") {
  Connected net;
  fill(*net.server);
  net.server.reset();
  net.pass(10ms);
  write(*net.client, "x");
  net.pass(10ms);
  CHECK(drain(*net.client) == 128 * 1024);
  CHECK(read(*net.client) == "<reset>");
}

TEST_CASE("a middlebox resets every established connection between two hosts") {
  Connected net;
  Host& third = net.network.add_host("third");
  Connect other(third.world().connector.connect(net.far.at(80), kNever));
  net.pass(10ms);
  const auto untouched = std::move(*other.take());
  const auto unfinished = net.connect();
  write(*net.client, "before");
  CHECK(net.network.reset_connections(net.far, net.near) == 1);
  write(*net.client, "after");
  net.pass(10ms);
  CHECK(read_all(*net.client) == "<reset>");
  CHECK(read_all(*net.server) == "before<reset>");
  CHECK(read(*untouched) == "<would block>");
  CHECK(unfinished->ended());
}

TEST_CASE("a reset finds its way out of a backlog") {
  TwoHosts net;
  const auto listener = net.listen();
  const auto connect = net.connect();
  net.pass(2ms);
  const auto client = std::move(*connect->take());
  write(*client, "0123456789");
  client->abort();
  net.pass(2ms);
  const io::AcceptResult accepted = listener->try_accept();
  REQUIRE(accepted.status == io::AcceptStatus::ok);
  CHECK(read(*accepted.stream, 4) == "0123");
  CHECK(read_all(*accepted.stream) == "456789<reset>");
}

TEST_CASE("an end finds its way out of a backlog") {
  TwoHosts net;
  const auto listener = net.listen();
  const auto connect = net.connect();
  net.pass(2ms);
  auto client = std::move(*connect->take());
  write(*client, "hello");
  client.reset();
  net.pass(2ms);
  const auto server = listener->try_accept().stream;
  REQUIRE(server != nullptr);
  CHECK(read_all(*server) == "hello<end>");
  CHECK(write(*server, "x") == "1");
  net.pass(2ms);
  CHECK(write(*server, "x") == "<reset>");
}
