// How long bytes take: latency, jitter, bandwidth, loss and the window. sim/world/flow.hpp.

#include <catch2/catch.hpp>

#include "two_hosts.hpp"

using namespace weir;
using namespace weir::sim;
using namespace weir::sim::test;

TEST_CASE("with jitter a message takes between the latency and latency plus jitter") {
  Connected net({.latency = 10ms, .jitter = 5ms});
  Events events(net.kernel);
  Duration shortest = 1h;
  Duration longest{0};
  for (int i = 0; i < 500; ++i) {
    const Duration sent = net.kernel.now().time_since_epoch();
    write(*net.client, "x");
    net.pass(100ms);
    const Duration took = events.times_of(EventKind::data).back() - sent;
    shortest = std::min(shortest, took);
    longest = std::max(longest, took);
  }
  CHECK(shortest >= 10ms);
  CHECK(shortest < 10500us);
  CHECK(longest <= 15ms);
  CHECK(longest > 14500us);
}

TEST_CASE("jitter does not reorder the bytes of a connection") {
  Connected net({.latency = 1ms, .jitter = 50ms});
  std::string sent;
  for (int i = 0; i < 200; ++i) {
    const std::string text = std::to_string(i) + " ";
    write(*net.client, text);
    sent += text;
    net.pass(100us);
  }
  net.pass(1s);
  CHECK(read_all(*net.server) == sent + "<would block>");
}

TEST_CASE("a segment that is lost arrives one retransmission later and holds up what follows") {
  Connected net;
  net.network.set_link(
      net.near, net.far,
      {.latency = 1ms, .loss = {1, 1}, .retransmit_after = std::chrono::milliseconds(200)});
  write(*net.client, "lost");
  net.network.set_link(net.near, net.far, {.latency = 1ms});
  write(*net.client, ", found");
  net.pass(3s);
  CHECK(read(*net.server) == "<would block>");
  net.pass(1ms);
  CHECK(read(*net.server) == "lost, found");
}

TEST_CASE("loss delays as many segments as the link says") {
  Connected net;
  net.network.set_link(net.near, net.far, {.latency = 1ms, .loss = {1, 10}});
  int late = 0;
  for (int i = 0; i < 1000; ++i) {
    write(*net.client, "x");
    net.pass(1ms);
    if (read(*net.server) != "x") {
      ++late;
      net.pass(10s);
      CHECK(read(*net.server) == "x");
    }
  }
  CHECK(late > 50);
  CHECK(late < 150);
}

TEST_CASE("bandwidth is shared by what is sent on a link") {
  Connected net({.latency = 1ms, .bytes_per_second = 1'000'000});
  Connect second(net.near.world().connector.connect(net.far.at(80), kNever));
  net.pass(1s);
  const auto other = std::move(*second.take());
  const auto other_server = net.listener->try_accept().stream;
  write(*net.client, std::string(10'000, 'x'));
  write(*other, "y");
  net.pass(11ms - 1ns);
  CHECK(read(*net.server) == "<would block>");
  net.pass(1ns);
  CHECK(read(*net.server).size() == 10'000);
  CHECK(read(*other_server) == "<would block>");
  net.pass(1us);
  CHECK(read(*other_server) == "y");
}

TEST_CASE("bulk data moves at the bandwidth of the link") {
  Connected net({.latency = 1ms, .bytes_per_second = 10'000'000});
  const TimePoint begin = net.kernel.now();
  std::size_t sent = 0;
  std::size_t got = 0;
  while (got < 5'000'000) {
    sent += fill(*net.client);
    net.pass(1ms);
    got += drain(*net.server);
  }
  const Duration took = net.kernel.now() - begin;
  CHECK(took > 495ms);
  CHECK(took < 540ms);
  CHECK(sent >= got);
}

TEST_CASE("a sender stops at the receiver's window and goes on when it opens") {
  Connected net;
  net.far.limits().receive_buffer_bytes = 100'000;
  Events events(net.kernel);
  CHECK(fill(*net.client) == 256 * 1024);
  net.pass(1s);
  CHECK(events.count(EventKind::window) == 0);
  CHECK(read(*net.server, 40'000).size() == 40'000);
  net.pass(1s);
  CHECK(events.count(EventKind::window) == 0);  // too little to tell of
  CHECK(read(*net.server, 20'000).size() == 20'000);
  net.pass(1ms - 1ns);
  CHECK(events.count(EventKind::window) == 0);
  net.pass(1ns);
  CHECK(events.count(EventKind::window) == 1);
  CHECK(events.all.back().size == 60'000);
  CHECK(drain(*net.server) == 40'000);
  net.pass(1ms);
  CHECK(drain(*net.server) == 60'000);
}

TEST_CASE("throughput without a bandwidth is one window a round trip") {
  Connected net({.latency = 10ms});
  net.far.limits().receive_buffer_bytes = 64 * 1024;
  std::size_t got = 0;
  for (int i = 0; i < 1000; ++i) {
    fill(*net.client);
    net.pass(1ms);
    got += drain(*net.server);
  }
  CHECK(got >= 48 * 64 * 1024);
  CHECK(got <= 50 * 64 * 1024);
}

TEST_CASE("a message that is written at once is few segments") {
  Connected net;
  Events events(net.kernel);
  write(*net.client, std::string(100'000, 'x'));
  net.client->shutdown_write();
  net.pass(1s);
  CHECK(events.count(EventKind::data) == 2);
  CHECK(events.count(EventKind::fin) == 1);
  CHECK(events.all.size() == 3);
}

TEST_CASE("links change for what is sent from then on") {
  Connected net;
  CHECK(net.network.link(net.near, net.far).latency == 1ms);
  CHECK(net.network.link(net.near, net.near).latency == kDefaultLink.latency);
  write(*net.client, "slow");
  net.network.set_link(net.near, net.far, {.latency = 10us});
  write(*net.client, " fast");
  net.pass(10us);
  CHECK(read(*net.server) == "<would block>");
  net.pass(990us);
  CHECK(read(*net.server) == "slow fast");
}
