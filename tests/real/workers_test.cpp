// Several worlds in threads of their own that share a port, as the workers of the proxy do.

#include <algorithm>
#include <future>
#include <thread>

#include <catch2/catch.hpp>

#include "base/census.hpp"
#include "io/stream_ops.hpp"
#include "real/worlds.hpp"

using namespace weir;
using task::Task;
using test::OneWorld;

namespace {

// Accepts, says one byte to each and keeps them all, until it is stopped.
class Worker {
 public:
  Worker(real::ConnectionSpread& spread, std::size_t index, const Endpoint& at)
      : thread_([this, &spread, index, at] { run(spread, index, at); }) {
    address_ = listening_.get_future().get();
  }
  ~Worker() { stop(); }

  const Endpoint& address() const { return address_; }
  void stop() {
    if (!thread_.joinable()) return;
    world_->post([world = world_] { world->stop(); });
    thread_.join();
  }
  // Once it has stopped.
  std::size_t held() const { return held_; }
  bool is_clean() const { return is_clean_; }

 private:
  void run(real::ConnectionSpread& spread, std::size_t index, const Endpoint& at) {
    {
      test::NoLog log;
      real::AsioWorldOptions options;
      options.spreads = {&spread};
      options.worker = index;
      real::AsioWorld world(log, options);
      io::ListenOptions listen;
      listen.share_port = true;
      auto listener = world.world().listeners.listen(at, listen);
      world_ = &world;
      const Endpoint local = (*listener)->local();
      world.spawn(serve(world.world(), std::move(*listener), held_));
      listening_.set_value(local);
      world.run();
    }
    is_clean_ = Census::here().all_zero();
  }

  // What it refers to outlives it.
  static Task<> serve(io::World& world, std::unique_ptr<io::Listener> listener, std::size_t& held) {
    std::vector<std::unique_ptr<io::Stream>> streams;
    for (;;) {
      io::AcceptResult accepted = listener->try_accept();
      if (accepted.status == io::AcceptStatus::would_block) {
        co_await listener->acceptable().wait_until(world.timers, kNever);
        continue;
      }
      if (accepted.stream == nullptr) continue;
      const ConstBytes greeting = as_bytes("!");
      accepted.stream->try_write(std::span(&greeting, 1));
      streams.push_back(std::move(accepted.stream));
      held = streams.size();
    }
  }

  std::promise<Endpoint> listening_;
  real::AsioWorld* world_ = nullptr;
  std::size_t held_ = 0;
  bool is_clean_ = false;
  Endpoint address_;
  std::thread thread_;  // last: it uses the others
};

// What it refers to outlives it. Connects one after another and waits for each one's greeting.
Task<> connect_all(OneWorld& one, Endpoint to, std::size_t count,
                   std::vector<std::unique_ptr<io::Stream>>& streams) {
  for (std::size_t i = 0; i < count; ++i) {
    const TimePoint deadline = one.deadline();
    auto connected = co_await one.io().connector.connect(to, deadline);
    if (!connected) co_return;
    std::string byte(1, '?');
    const MutableBytes into = std::as_writable_bytes(std::span(byte));
    const auto got = co_await io::read_exactly(**connected, into, one.io().timers, deadline);
    if (got.status != io::IoStatus::ok) co_return;
    streams.push_back(std::move(*connected));
  }
}

}  // namespace

TEST_CASE("workers that share a port hold about the same number of connections") {
  constexpr std::size_t kWorkers = 4;
  constexpr std::size_t kConnections = 400;
  real::ConnectionSpread spread(kWorkers);
  std::vector<std::unique_ptr<Worker>> workers;
  Endpoint at = test::loopback();
  for (std::size_t i = 0; i < kWorkers; ++i) {
    workers.push_back(std::make_unique<Worker>(spread, i, at));
    at = workers.back()->address();
  }
  OneWorld one;
  std::vector<std::unique_ptr<io::Stream>> clients;
  one.run(connect_all(one, at, kConnections, clients));
  CHECK(clients.size() == kConnections);
  std::size_t all = 0;
  std::size_t most = 0;
  for (const auto& worker : workers) {
    worker->stop();
    all += worker->held();
    most = std::max(most, worker->held());
    CHECK(worker->is_clean());
  }
  CHECK(all == kConnections);
  CHECK(most * 10 <= kConnections / kWorkers * 13);  // 1.3 times the mean
  for (std::size_t i = 0; i < kWorkers; ++i) CHECK(spread.open_streams(i) == 0);
}

TEST_CASE("workers that stop while connections come leave nothing behind") {
  constexpr std::size_t kWorkers = 3;
  real::ConnectionSpread spread(kWorkers);
  std::vector<std::unique_ptr<Worker>> workers;
  Endpoint at = test::loopback();
  for (std::size_t i = 0; i < kWorkers; ++i) {
    workers.push_back(std::make_unique<Worker>(spread, i, at));
    at = workers.back()->address();
  }
  std::thread connecting([at] {
    OneWorld one;
    std::vector<std::unique_ptr<io::Stream>> clients;
    one.run(connect_all(one, at, 10'000, clients));  // until one is refused or reset
  });
  for (const auto& worker : workers) worker->stop();
  connecting.join();
  for (std::size_t i = 0; i < kWorkers; ++i) {
    CHECK(workers[i]->is_clean());
    CHECK(spread.open_streams(i) == 0);
  }
}
