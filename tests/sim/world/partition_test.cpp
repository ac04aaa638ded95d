// Links that are cut and healed.

#include <catch2/catch.hpp>

#include "two_hosts.hpp"

using namespace weir;
using namespace weir::sim;
using namespace weir::sim::test;

TEST_CASE("bytes in flight stand still while the link is cut") {
  Connected net({.latency = 10ms});
  write(*net.client, "frozen");
  net.pass(4ms);
  net.cut();
  net.pass(1h / 60);
  CHECK(read(*net.server) == "<would block>");
  net.heal();
  net.pass(6ms - 1ns);
  CHECK(read(*net.server) == "<would block>");
  net.pass(1ns);
  CHECK(read(*net.server) == "frozen");
}

TEST_CASE("what is written while the link is cut leaves at the heal") {
  Connected net({.latency = 10ms});
  net.cut();
  net.pass(5s);
  write(*net.client, "late");
  net.pass(5s);
  net.heal();
  net.pass(10ms - 1ns);
  CHECK(read(*net.server) == "<would block>");
  net.pass(1ns);
  CHECK(read(*net.server) == "late");
}

TEST_CASE("order and bandwidth survive a cut") {
  Connected net({.latency = 1ms, .bytes_per_second = 1'000'000});
  write(*net.client, std::string(10'000, 'a'));
  net.pass(5ms);
  net.cut();
  write(*net.client, std::string(10'000, 'b'));
  net.pass(10s);
  net.heal();
  net.pass(6ms - 1ns);
  CHECK(read(*net.server) == "<would block>");
  net.pass(1ns);
  CHECK(read(*net.server) == std::string(10'000, 'a'));
  net.pass(10ms - 1ns);
  CHECK(read(*net.server) == "<would block>");
  net.pass(1ns);
  CHECK(read(*net.server) == std::string(10'000, 'b'));
}

TEST_CASE("a cut of one direction lets the other one through") {
  Connected net;
  net.network.cut(net.near, net.far);
  write(*net.client, "held");
  write(*net.server, "through");
  net.pass(1s);
  CHECK(read(*net.client) == "through");
  CHECK(read(*net.server) == "<would block>");
}

TEST_CASE("ends and resets are held up by a cut too") {
  Connected net;
  net.cut();
  net.client->shutdown_write();
  net.server->abort();
  net.pass(1s);
  CHECK(read(*net.client) == "<would block>");
  net.heal();
  net.pass(1ms);
  CHECK(read(*net.client) == "<reset>");
}

TEST_CASE("a window that opens behind a cut opens after the heal") {
  Connected net;
  net.far.limits().receive_buffer_bytes = 1000;
  fill(*net.client);
  net.pass(1ms);
  CHECK(drain(*net.server) == 1000);
  net.network.cut(net.far, net.near);
  net.pass(1s);
  CHECK(drain(*net.server) == 0);
  net.heal();
  net.pass(1ms);
  CHECK(drain(*net.server) == 0);
  net.pass(1ms);
  CHECK(drain(*net.server) == 1000);
}

TEST_CASE("with the way back cut a sender gets no further than its window") {
  Connected net;
  net.network.cut(net.far, net.near);
  std::size_t got = 0;
  for (int i = 0; i < 100; ++i) {
    fill(*net.client);
    net.pass(1ms);
    got += drain(*net.server);
  }
  CHECK(got == 128 * 1024);
  net.heal();
  net.pass(1ms);
  for (int i = 0; i < 100; ++i) {
    net.pass(1ms);
    got += drain(*net.server);
  }
  CHECK(got == 256 * 1024 + 128 * 1024 - 128 * 1024);
}

TEST_CASE("a connection gives up after 15 minutes without an acknowledgement") {
  Connected net;
  const bool two_ways = GENERATE(true, false);
  if (two_ways) {
    net.cut();
  } else {
    net.network.cut(net.near, net.far);
  }
  Events events(net.kernel);
  net.pass(1h);  // an idle connection notices nothing
  CHECK(read(*net.client) == "<would block>");
  write(*net.client, "hello?");
  net.pass(15min - 1ns);
  CHECK(read(*net.client) == "<would block>");
  net.pass(1ns);
  CHECK(read(*net.client) == "<timed out>");
  CHECK(write(*net.client, "x") == "<timed out>");
  CHECK(events.count(EventKind::gave_up) == 1);

  // The peer knows nothing of it, until it writes.
  net.heal();
  net.pass(1s);
  CHECK(read(*net.server) == "<would block>");
  write(*net.server, "still there?");
  net.pass(2ms);
  CHECK(read(*net.server) == "<reset>");
}

TEST_CASE("a sender whose acknowledgements are cut off gives up although its bytes arrived") {
  Connected net;
  net.network.cut(net.far, net.near);
  write(*net.client, "arrives");
  net.pass(1ms);
  CHECK(read(*net.server) == "arrives");
  net.pass(15min);
  CHECK(read(*net.client) == "<timed out>");
}

TEST_CASE("patience starts anew with every trouble") {
  Connected net;
  for (int i = 0; i < 3; ++i) {
    net.cut();
    write(*net.client, "x");
    net.pass(14min);
    net.heal();
    net.pass(1ms);
    CHECK(read(*net.server) == "x");
  }
  CHECK(read(*net.client) == "<would block>");
}

TEST_CASE("an orphan in a partition gives up, and the network forgets it") {
  Connected net;
  net.cut();
  write(*net.client, "x");
  net.client.reset();
  net.pass(15min - 1ns);
  CHECK(net.near.open_descriptors() == 0);
  net.pass(1ns);
  net.server.reset();
  net.pass(15min);
  CHECK(net.network.connections() == 0);
}

TEST_CASE("cutting twice and healing what is whole change nothing") {
  Connected net;
  Events events(net.kernel);
  net.network.cut(net.near, net.far);
  net.pass(1s);
  net.network.cut(net.near, net.far);
  net.network.heal(net.near, net.far);
  net.network.heal(net.near, net.far);
  CHECK(events.count(EventKind::link_cut) == 1);
  CHECK(events.count(EventKind::link_healed) == 1);
  CHECK(events.all.front().actor == net.near.number() * 65536U + net.far.number());
  write(*net.client, "x");
  net.pass(1ms);
  CHECK(read(*net.server) == "x");
}
