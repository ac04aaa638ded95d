#pragma once
// Bench: a client's and a server's io::World on one network, and what a script of socket behaviour
// needs around them. Two of them: SimBench (two simulated hosts) and RealBench (loopback).
//
//   Task<> script(Bench& bench) { auto listening = bench.listen(); ...; bench.log("client ..."); }
//
// A script only learns of the world what it observes, so it never sleeps to let something happen:
// it waits for what it expects, until a far deadline that no verdict depends on.

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "io/world.hpp"

namespace weir::transport {

using Lines = std::vector<std::string>;

class Bench {
 public:
  Bench() = default;
  virtual ~Bench() = default;
  Bench(const Bench&) = delete;
  Bench& operator=(const Bench&) = delete;

  virtual io::World& client() = 0;
  virtual io::World& server() = 0;

  virtual Endpoint server_address() const = 0;   // port 0: a free port
  virtual Endpoint foreign_address() const = 0;  // of none of the hosts
  virtual Endpoint refusing_address() = 0;       // nobody listens there
  // Nobody answers there, not even with a refusal, as long as the Bench lives. The Bench outlives
  // the Task.
  virtual task::Task<Endpoint> silent_address() = 0;

  // From now on this many more files may be opened there (in the real world: by both together).
  virtual void limit_client_files(std::size_t more) = 0;
  virtual void limit_server_files(std::size_t more) = 0;
  virtual void lift_limits() = 0;
  virtual std::size_t open_files() const = 0;  // of both together, without the Bench's own

  // Runs the script until it ends. False: it did not, and was destroyed.
  virtual bool run(task::Task<> script) = 0;
  // What is left of connections whose sockets are all closed, once it had time to go away.
  virtual std::size_t connections_left() = 0;

  // A byte goes from the client to the server and back, on a connection of its own: what was sent
  // on other connections before has arrived, and what that set off has come back.
  task::Task<> round_trip();
  void forget_round_trips();  // closes that connection

  // So far away that only a test that fails waits so long.
  TimePoint deadline() { return client().timers.now() + std::chrono::seconds(20); }

  // A listener of the server; logs why there is none, and returns nullptr.
  std::unique_ptr<io::Listener> listen() { return listen_at(server_address()); }
  std::unique_ptr<io::Listener> listen_at(const Endpoint& at,
                                          const io::ListenOptions& options = {});

  void log(std::string line) { lines_.push_back(std::move(line)); }
  const Lines& lines() const noexcept { return lines_; }

 private:
  Lines lines_;
  std::unique_ptr<io::Stream> there_;
  std::unique_ptr<io::Stream> back_;
};

// A log that drops everything: no behaviour here is one that is logged.
class NoLog final : public io::Log {
 public:
  void write(io::Severity, std::string_view) override {}
};

}  // namespace weir::transport
