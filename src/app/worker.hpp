#pragma once
// Worker: one thread of the process with a World of its own and a proxy in it.
//
//   Worker worker(0, shared, connections_max, on_end);   // starts the thread, opens its listener
//   Result<Endpoint> at = worker.listening();
//   worker.go();   ...   worker.drain();   ...   const WorkerReport report = worker.join();
//
// The methods are called from the main thread. A worker that is destroyed before go() ends without
// having accepted anything.

#include <functional>
#include <future>
#include <string>
#include <thread>
#include <vector>

#include "app/served_proxy.hpp"
#include "base/endpoint.hpp"
#include "real/asio_world.hpp"

namespace weir::app {

// What the workers share; outlives them.
struct WorkersShared {
  Endpoint listen;
  bool share_port = false;
  real::ConnectionSpread& spread;
  LogFile& log;
  const MakeProxy& make_proxy;
};

struct WorkerReport {
  std::vector<NamedCounter> counters;
  std::string leaks;  // what outlived its owner; empty as it must be
};

class Worker {
 public:
  Worker(std::size_t index, const WorkersShared& shared, std::size_t connections_max,
         std::function<void()> on_end);
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  Result<Endpoint> listening();  // waits until its listener is open or has failed; once
  void go();                     // begin to accept; after listening() gave an address
  void drain();                  // after go()
  WorkerReport join();           // after drain(), or when on_end was called

 private:
  void run(std::size_t index, const WorkersShared& shared, std::size_t connections_max);

  std::promise<Result<Endpoint>> listening_;
  std::promise<bool> go_;
  bool decided_ = false;        // go_ is set
  std::promise<void> serving_;  // set once drain() may be called
  real::AsioWorld* world_ = nullptr;
  ServedProxy* proxy_ = nullptr;
  WorkerReport report_;
  std::thread thread_;
};

}  // namespace weir::app
