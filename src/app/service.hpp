#pragma once
// Service: the workers of a process on one listening address, from the first to the last:
// opens all listeners, announces the address, waits for signals, drains, reports.
//
//   Service service(options, log, make_proxy);
//   return service.run();        // the exit status
//
// SIGTERM or SIGINT drains; a second one exits at once with status 1. Nothing is accepted before
// all workers listen.

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "app/worker.hpp"
#include "real/signal_wait.hpp"

namespace weir::app {

struct ServiceOptions {
  std::string protocol;  // "http", as it is announced
  std::string where;     // that says where to listen, for messages: "--listen 127.0.0.1:80"
  Endpoint listen;
  std::size_t workers = 1;
  std::size_t connections_max = 1;  // of all workers; at least one each
};

// The connections that file descriptors allow: each takes two.
std::size_t allowed_connections(std::size_t workers);

// How many workers and connections are meant, where 0 means "as fits the machine".
struct Capacity {
  std::size_t workers = 0;
  std::size_t connections_max = 0;
  std::string problem;  // not empty: it cannot be had
};
Capacity plan_capacity(std::size_t workers, std::size_t connections_max);

class Service {
 public:
  Service(ServiceOptions options, LogFile& log, MakeProxy make_proxy);

  int run();

 private:
  std::string start_workers();
  void wait_for_end();
  int report();

  const ServiceOptions options_;
  const MakeProxy make_proxy_;
  real::ConnectionSpread spread_;
  real::SignalWait signals_;
  WorkersShared shared_;
  std::vector<std::unique_ptr<Worker>> workers_;
};

}  // namespace weir::app
