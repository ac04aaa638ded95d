// Crash, power loss and pause, as the other side sees them; and programs.

#include "sim/world/sim_host.hpp"

#include <catch2/catch.hpp>

#include "support/journal.hpp"
#include "two_hosts.hpp"

using namespace weir;
using namespace weir::sim;
using namespace weir::sim::test;
using weir::test::Journal;
using weir::test::Note;

namespace {

// Accepts and keeps connections without reading; aborts them when it is destroyed, as a session
// of a proxy might.
struct Kept {
  ~Kept() {
    for (const auto& stream : streams) stream->abort();
  }
  std::vector<std::unique_ptr<io::Stream>> streams;
};

task::Task<> keep(io::World& world, Endpoint at, Kept*& kept_elsewhere) {
  const auto listener = std::move(*world.listeners.listen(at, {}));
  Kept kept;
  kept_elsewhere = &kept;
  for (;;) {
    io::AcceptResult next = listener->try_accept();
    if (next.status == io::AcceptStatus::ok) {
      kept.streams.push_back(std::move(next.stream));
    } else {
      co_await listener->acceptable().wait();
    }
  }
}

task::Task<> write_down(io::World& world, Journal& journal, std::string name) {
  const Note note(journal, name);
  journal.push_back(name);
  const TimePoint later = world.timers.now() + 1h;
  co_await task::sleep_until(world.run_queue, world.timers, later);
  journal.push_back(name + " ended");
}

task::Task<> every_second(io::World& world, int& count) {
  for (;;) {
    const TimePoint next = world.timers.now() + 1s;
    co_await task::sleep_until(world.run_queue, world.timers, next);
    ++count;
  }
}

task::Task<> do_to_own_host(io::World& world, Host& host, void (Host::*what)(), Journal& journal) {
  const Note note(journal, "program");
  (host.*what)();
  journal.push_back("step goes on");
  const TimePoint now = world.timers.now();
  co_await task::sleep_until(world.run_queue, world.timers, now + 1ns);
  journal.push_back("later");
}

// A server on `far` with one connection from `near`.
struct Served : TwoHosts {
  Served() {
    far.start([this](io::World& world) { return keep(world, far.at(kPort), kept); });
    client = connect_now();
  }

  std::unique_ptr<io::Stream> connect_now() {
    const auto attempt = connect();
    pass(5ms);
    auto result = attempt->take();
    return result ? std::move(*result) : nullptr;
  }

  Kept* kept = nullptr;
  std::unique_ptr<io::Stream> client;
};

}  // namespace

TEST_CASE("a crash ends the connections of a process that had read everything") {
  Served net;
  write(*net.kept->streams[0], "written before");
  net.far.crash();
  CHECK_FALSE(net.far.is_up());
  CHECK(net.far.programs_running() == 0);
  CHECK(net.far.open_descriptors() == 0);
  net.pass(1ms);
  CHECK(read_all(*net.client) == "written before<end>");
  write(*net.client, "x");
  net.pass(2ms);
  CHECK(write(*net.client, "x") == "<reset>");
}

TEST_CASE("a crash resets the connections of which bytes were unread") {
  Served net;
  write(*net.client, "unread");
  net.pass(1ms);
  net.far.crash();
  net.pass(1ms);
  CHECK(read(*net.client) == "<reset>");
}

TEST_CASE("a crash resets what waits in the backlog and refuses new connections") {
  TwoHosts net;
  auto listener = net.listen();
  const auto waiting = net.connect();
  net.pass(3ms);
  net.far.crash();
  const auto late = net.connect();
  net.pass(2ms);
  CHECK(read(**waiting->take()) == "<reset>");
  CHECK(late->take().error().code == ErrorCode::refused);
  CHECK(listener->try_accept().status == io::AcceptStatus::would_block);
}

TEST_CASE("a restart runs the programs anew") {
  Served net;
  net.far.crash();
  net.pass(1s);
  CHECK(net.connect_now() == nullptr);
  net.far.restart();
  CHECK(net.far.is_up());
  CHECK(net.far.programs_running() == 1);
  CHECK(net.connect_now() != nullptr);
}

TEST_CASE("power loss is silent, and an idle peer notices nothing") {
  Served net;
  Events events(net.kernel);
  net.far.power_off();
  CHECK_FALSE(net.far.is_up());
  CHECK(net.far.open_descriptors() == 0);
  net.pass(24h);
  CHECK(read(*net.client) == "<would block>");
  CHECK(events.all.size() == 1);
  net.far.power_on();
  net.pass(24h);
  CHECK(read(*net.client) == "<would block>");  // half open
}

TEST_CASE("what is sent to a host without power is sent again until the connection gives up") {
  Served net;
  net.far.power_off();
  write(*net.client, "anybody?");
  net.pass(15min + 1ms - 1ns);
  CHECK(read(*net.client) == "<would block>");
  net.pass(1ns);
  CHECK(read(*net.client) == "<timed out>");
}

TEST_CASE("after power came back the next retransmission is answered with a reset") {
  Served net;
  net.far.power_off();
  write(*net.client, "anybody?");
  net.pass(1s);  // tried at 1, 201, 601 ms; again at 1401 ms
  net.far.power_on();
  net.pass(401ms);
  CHECK(read(*net.client) == "<would block>");
  net.pass(1ms);
  CHECK(read(*net.client) == "<reset>");
}

TEST_CASE("after power came back new bytes of an old connection are answered with a reset") {
  Served net;
  net.far.power_off();
  net.pass(1s);
  net.far.power_on();
  net.pass(1s);
  write(*net.client, "hello");
  net.pass(2ms);
  CHECK(read(*net.client) == "<reset>");
}

TEST_CASE("a sender that waits for the window of a host without power does not wait for ever") {
  Served net;
  fill(*net.client);
  net.pass(10s);
  net.far.power_off();
  SECTION("it gives up") {
    net.pass(16min);
    CHECK(read(*net.client) == "<timed out>");
  }
  SECTION("it is reset when power comes back") {
    net.pass(1s);
    net.far.power_on();
    net.pass(2s);
    CHECK(read(*net.client) == "<reset>");
  }
}

TEST_CASE("what a host sent before its power failed still arrives") {
  Served net;
  write(*net.kept->streams[0], "last words");
  net.far.power_off();
  net.pass(1ms);
  CHECK(read_all(*net.client) == "last words<would block>");
}

TEST_CASE("power loss at both ends leaves no connection") {
  Served net;
  write(*net.client, "x");
  net.far.power_off();
  net.near.power_off();
  CHECK(net.network.connections() == 0);
  CHECK(read(*net.client) == "<reset>");
  CHECK(write(*net.client, "x") == "<reset>");
  CHECK(net.near.open_descriptors() == 0);
}

TEST_CASE("after power came back all ports are free") {
  TwoHosts net;
  net.near.limits().first_port = net.near.limits().last_port;
  const auto listener = net.listen();
  auto connect = net.connect();
  net.pass(3ms);
  const auto old = std::move(*connect->take());
  net.near.power_off();
  net.near.power_on();
  connect = net.connect();
  net.pass(3ms);
  CHECK(connect->take().has_value());
}

TEST_CASE("a host without power connects to nothing") {
  TwoHosts net;
  net.near.power_off();
  const auto connect = net.connect();
  CHECK(connect->take().error().code == ErrorCode::unreachable);
}

TEST_CASE("a paused process stands still while its kernel goes on") {
  Served net;
  int seconds = 0;
  net.far.start([&](io::World& world) { return every_second(world, seconds); });
  net.pass(2500ms);
  CHECK(seconds == 2);
  net.far.pause();
  CHECK(net.far.is_up());
  const auto second = net.connect_now();
  REQUIRE(second != nullptr);
  CHECK(write(*second, std::string(64 * 1024, 'x')) == "65536");
  net.pass(10s);
  CHECK(seconds == 2);
  CHECK(net.kept->streams.size() == 1);
  CHECK(net.network.connections() == 2);
  net.far.resume();
  net.pass(1ms);
  CHECK(net.kept->streams.size() == 2);
  CHECK(drain(*net.kept->streams[1]) == 64 * 1024);
  CHECK(seconds == 3);
}

TEST_CASE("a paused process that is killed comes back running") {
  Served net;
  net.far.pause();
  net.far.crash();
  net.pass(1ms);
  CHECK(read(*net.client) == "<end>");
  net.far.restart();
  CHECK(net.connect_now() != nullptr);
}

TEST_CASE("programs are destroyed by a crash and run again from their beginning") {
  Journal journal;
  TwoHosts net;
  net.near.start([&](io::World& world) { return write_down(world, journal, "a"); });
  net.near.start([&](io::World& world) { return write_down(world, journal, "b"); });
  CHECK(net.near.programs_running() == 2);
  net.pass(1s);
  CHECK(journal == Journal{"a", "b"});
  net.near.crash();
  CHECK(journal == Journal{"a", "b", "~a", "~b"});
  net.pass(2h);
  journal.clear();
  net.near.restart();
  net.pass(2h);
  CHECK(journal == Journal{"a", "b", "a ended", "~a", "b ended", "~b"});
  CHECK(net.near.programs_running() == 0);
}

TEST_CASE("a program that is started on a host that is down runs when it is up") {
  Journal journal;
  TwoHosts net;
  net.near.power_off();
  net.near.start([&](io::World& world) { return write_down(world, journal, "a"); });
  net.pass(1s);
  CHECK(journal.empty());
  net.near.power_on();
  net.pass(1s);
  CHECK(journal == Journal{"a"});
}

TEST_CASE("what a program does to its own host happens when its step ends") {
  Journal journal;
  TwoHosts net;
  void (Host::*what)() = &Host::crash;
  Journal expected = {"step goes on", "~program"};
  SECTION("crash") {}
  SECTION("power off") { what = &Host::power_off; }
  SECTION("pause") {
    what = &Host::pause;
    expected = {"step goes on"};
  }
  net.near.start([&](io::World& world) { return do_to_own_host(world, net.near, what, journal); });
  net.pass(1s);
  CHECK(journal == expected);
  CHECK(net.near.is_up() == (what == &Host::pause));
  net.near.resume();
  net.pass(1s);
  if (what == &Host::pause) CHECK(journal.back() == "~program");
}

TEST_CASE("what does not apply to the state of a host does nothing") {
  Served net;
  Events events(net.kernel);
  net.far.restart();
  net.far.power_on();
  net.far.resume();
  CHECK(events.all.empty());
  net.far.crash();
  net.far.crash();
  net.far.pause();
  net.far.power_on();
  CHECK(events.count(EventKind::crashed) == 1);
  CHECK(events.count(EventKind::paused) == 0);
  CHECK(events.count(EventKind::started) == 0);
  net.far.power_off();
  net.far.restart();
  net.far.crash();
  net.far.power_off();
  CHECK(events.count(EventKind::powered_off) == 1);
  CHECK(events.count(EventKind::crashed) == 1);
  CHECK_FALSE(net.far.is_up());
}

TEST_CASE("what happens to a host is recorded with its number") {
  TwoHosts net;
  Events events(net.kernel);
  int seconds = 0;
  net.far.start([&](io::World& world) { return every_second(world, seconds); });
  net.far.pause();
  net.far.resume();
  net.far.crash();
  net.far.restart();
  net.far.power_off();
  net.far.power_on();
  std::vector<EventKind> kinds;
  for (const Event& event : events.all) {
    CHECK(event.actor == net.far.number());
    kinds.push_back(event.kind);
  }
  using enum EventKind;
  CHECK(kinds == std::vector<EventKind>{started, paused, resumed, crashed, started, powered_off,
                                        powered_on, started});
}

TEST_CASE("an attempt to connect ends with its process") {
  TwoHosts net;
  const auto listener = net.listen();
  auto connect = net.connect();
  const bool crash = GENERATE(true, false);
  net.pass(500us);
  if (crash) {
    net.near.crash();
  } else {
    net.near.power_off();
  }
  CHECK(net.near.open_descriptors() == 0);
  net.pass(64s);
  CHECK(net.network.connections() == 0);
  CHECK(listener->try_accept().status == io::AcceptStatus::would_block);
}

TEST_CASE("a host's World has names, a wall clock and randomness of its own") {
  TwoHosts net;
  io::World& world = net.near.world();
  const auto resolve = [&](const std::string& name) {
    weir::test::Running<Result<std::vector<Endpoint>>> running(
        world.resolver.resolve(HostPort{name, 8080}, kNever));
    REQUIRE(running.ended());
    return running.take();
  };
  CHECK(resolve("far") == std::vector<Endpoint>{net.far.at(8080)});
  CHECK(resolve("127.0.0.1") == std::vector<Endpoint>{*parse_endpoint("127.0.0.1", 8080)});
  CHECK(resolve("nobody").error().code == ErrorCode::name_not_found);
  net.network.set_name("service", {net.near.at(1), net.far.at(2)});
  CHECK(resolve("service") == std::vector<Endpoint>{net.near.at(8080), net.far.at(8080)});
  net.network.set_name("far", {});
  CHECK(resolve("far").error().code == ErrorCode::name_not_found);

  using namespace std::chrono;
  const auto begin = sys_days(2026y / January / 1);
  CHECK(world.wall_clock.now() == begin);
  net.pass(90s);
  CHECK(world.wall_clock.now() == begin + 90s);
  net.near.step_wall_clock(-1h);
  CHECK(world.wall_clock.now() == begin + 90s - 1h);
  CHECK(net.far.world().wall_clock.now() == begin + 90s);
  CHECK(net.kernel.now() == TimePoint(90s));

  const std::uint64_t near_draw = world.random.next();
  const std::uint64_t far_draw = net.far.world().random.next();
  CHECK(near_draw != far_draw);
}

TEST_CASE("the network's log hook sees what programs log") {
  TwoHosts net;
  net.near.world().log.write(io::Severity::error, "lost");
  Journal lines;
  net.network.set_log([&](const Host& host, io::Severity severity, std::string_view message) {
    const char* const what = severity == io::Severity::warning ? " warns: " : " says: ";
    lines.push_back(host.name() + what + std::string(message));
  });
  net.far.world().log.write(io::Severity::warning, "it gets late");
  CHECK(lines == Journal{"far warns: it gets late"});
}
