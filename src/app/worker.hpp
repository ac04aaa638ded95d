#pragma once
// Worker: one thread of the process with a World of its own and a proxy for each listener in it.
//
//   Worker worker(0, shared, on_end);       // starts the thread, which opens the listeners
//   const Listening listening = worker.listening();
//   worker.go();   ...   worker.drain();   ...   const WorkerReport report = worker.join();
//
// The methods are called from the main thread. A worker that is destroyed before go() ends without
// having accepted anything.

#include <deque>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "app/served_proxy.hpp"
#include "base/endpoint.hpp"
#include "real/asio_world.hpp"

namespace weir::app {

struct ServedListener {
  std::string protocol;  // "http", as it is announced
  std::string where;     // that says where to listen, for messages: "--listen 127.0.0.1:80"
  Endpoint listen;       // with the port that was picked, once the first worker listens
  std::size_t connections_max = 1;  // of all workers; at least one each
  MakeProxy make_proxy;
};

// What the workers share; outlives them.
struct WorkersShared {
  std::size_t workers = 1;
  std::vector<ServedListener> listeners;
  bool share_ports = false;
  std::deque<real::ConnectionSpread> spreads;  // one for each listener
  LogFile& log;
};

// The addresses of all listeners, or which one could not be opened and why.
struct Listening {
  std::vector<Endpoint> at;
  std::size_t failed = 0;  // when `error` is set
  std::optional<ErrorCode> error = {};
};

struct WorkerReport {
  std::vector<std::vector<NamedCounter>> counters;  // of each listener's proxy
  std::string leaks;                                // what outlived its owner; empty as it must be
};

class Worker {
 public:
  Worker(std::size_t index, WorkersShared& shared, std::function<void()> on_end);
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  Listening listening();  // waits until its listeners are open or one has failed; once
  void go();              // begin to accept; after listening() gave addresses
  void drain();           // after go()
  WorkerReport join();    // after drain(), or when on_end was called

 private:
  void run(std::size_t index, WorkersShared& shared);

  std::promise<Listening> listening_;
  std::promise<bool> go_;
  bool decided_ = false;        // go_ is set
  std::promise<void> serving_;  // set once drain() may be called
  real::AsioWorld* world_ = nullptr;
  std::vector<std::unique_ptr<ServedProxy>>* proxies_ = nullptr;
  WorkerReport report_;
  std::thread thread_;
};

}  // namespace weir::app
