#pragma once
// TcpWorker: one thread of `weir tcp` with a World of its own and everything in it.
//
//   TcpWorker worker(0, shared);             // starts the thread, which opens its listener
//   Result<Endpoint> at = worker.listening();
//   worker.go();   ...   worker.drain();   ...   const TcpWorkerReport report = worker.join();
//
// The methods are called from the main thread. A worker that is destroyed before go() ends without
// having accepted anything.

#include <functional>
#include <future>
#include <memory>
#include <string>
#include <thread>

#include "app/log_writer.hpp"
#include "lb/round_robin.hpp"
#include "proxy/tcp_proxy.hpp"
#include "real/asio_world.hpp"

namespace weir::app {

// What the workers share; outlives them.
struct TcpWorkersShared {
  Endpoint listen;
  bool share_port = false;
  proxy::TcpProxyOptions proxy;  // with this worker's share of the connections
  lb::RoundRobin& turn;
  real::ConnectionSpread& spread;
  LogFile& log;
};

struct TcpWorkerReport {
  proxy::TcpProxyCounters counters;
  std::string leaks;  // what outlived its owner; empty as it must be
};

class TcpWorker {
 public:
  TcpWorker(std::size_t index, const TcpWorkersShared& shared, std::size_t connections_max,
            std::function<void()> on_end);
  ~TcpWorker();
  TcpWorker(const TcpWorker&) = delete;
  TcpWorker& operator=(const TcpWorker&) = delete;

  Result<Endpoint> listening();  // waits until its listener is open or has failed; once
  void go();                     // begin to accept; after listening() gave an address
  void drain();                  // after go()
  TcpWorkerReport join();        // after drain(), or when on_end was called

 private:
  void run(std::size_t index, const TcpWorkersShared& shared, std::size_t connections_max);

  std::promise<Result<Endpoint>> listening_;
  std::promise<bool> go_;
  bool decided_ = false;        // go_ is set
  std::promise<void> serving_;  // set once drain() may be called
  real::AsioWorld* world_ = nullptr;
  proxy::TcpProxy* proxy_ = nullptr;
  TcpWorkerReport report_;
  std::thread thread_;
};

}  // namespace weir::app
