#include "backend/server.hpp"

#include <deque>

#include <catch2/catch.hpp>

#include "fixture.hpp"

namespace weir::backend {
namespace {

using namespace std::chrono_literals;
using test::Backend;

// Gives out what a test has put in line.
class ScriptedListener final : public io::Listener {
 public:
  explicit ScriptedListener(task::RunQueue& run_queue) : acceptable_(run_queue) {}

  void put(io::AcceptStatus status, std::unique_ptr<io::Stream> stream = nullptr) {
    line_.push_back({std::move(stream), status});
    acceptable_.signal();
  }
  std::size_t waiting() const { return line_.size(); }

  io::AcceptResult try_accept() override {
    if (line_.empty()) return {};
    io::AcceptResult next = std::move(line_.front());
    line_.pop_front();
    return next;
  }
  task::Event& acceptable() override {
    if (!line_.empty()) acceptable_.signal();
    return acceptable_;
  }
  Endpoint local() const override { return {}; }

 private:
  std::deque<io::AcceptResult> line_;
  task::Event acceptable_;
};

struct Serving {
  Serving() : listener(new ScriptedListener(backend.driver.run_queue)), running(start()) {}

  task::Task<> start() { return serve(backend.worker, std::unique_ptr<io::Listener>(listener)); }
  std::unique_ptr<io::Stream> connect() {
    io::StreamPair pipe = io::make_pipe(backend.driver.run_queue, 10'000);
    listener->put(io::AcceptStatus::ok, std::move(pipe.second));
    return std::move(pipe.first);
  }

  Backend backend;
  ScriptedListener* listener;  // owned by serve()
  test::Running<void> running;
};

bool is_answered(Backend& backend, io::Stream& stream) {
  const std::string request = test::get("/");
  const ConstBytes bytes = as_bytes(request);
  stream.try_write(std::span(&bytes, 1));
  backend.settle();
  std::array<std::byte, 1000> buffer;
  return stream.try_read(buffer).bytes > 0;
}

TEST_CASE("a worker serves many connections at once", "[backend]") {
  Serving serving;
  std::vector<std::unique_ptr<io::Stream>> clients;
  for (int i = 0; i < 200; ++i) clients.push_back(serving.connect());
  for (const auto& client : clients) CHECK(is_answered(serving.backend, *client));
  clients.resize(100);
  serving.backend.settle();
  CHECK(serving.backend.worker.counters.read(Count::closed) == 100);
}

TEST_CASE("a rush of connections leaves room for those that are open", "[backend]") {
  Serving serving;
  std::vector<std::unique_ptr<io::Stream>> clients;
  for (int i = 0; i < 200; ++i) clients.push_back(serving.connect());
  serving.backend.driver.settle();
  CHECK(serving.listener->waiting() > 100);
  serving.backend.driver.advance(std::chrono::microseconds(1));
  CHECK(serving.listener->waiting() == 0);
}

TEST_CASE("a failed accept is passed over, and lack of descriptors waited out", "[backend]") {
  Serving serving;
  serving.listener->put(io::AcceptStatus::failed);
  serving.listener->put(io::AcceptStatus::no_descriptors);
  const auto client = serving.connect();
  CHECK_FALSE(is_answered(serving.backend, *client));
  CHECK(serving.listener->waiting() == 1);
  serving.backend.driver.advance(10ms);
  CHECK(is_answered(serving.backend, *client));
}

TEST_CASE("a worker that is cancelled closes its connections", "[backend]") {
  Serving serving;
  const auto client = serving.connect();
  CHECK(is_answered(serving.backend, *client));
  serving.running.cancel();
  std::array<std::byte, 1000> buffer;
  while (client->try_read(buffer).status == io::IoStatus::ok) continue;
  CHECK(client->try_read(buffer).status == io::IoStatus::end);
}

}  // namespace
}  // namespace weir::backend
