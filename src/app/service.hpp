#pragma once
// Service: the workers of a process and its listeners, from the first to the last: opens all
// listeners, announces the addresses, waits for signals, drains, reports.
//
//   Service service({.workers = 4, .listeners = {...}}, log);
//   return service.run();        // the exit status
//
// SIGTERM or SIGINT drains; a second one exits at once with status 1. Nothing is accepted before
// all workers listen everywhere. A background task (health checks) runs in a World of its own from
// before the first accept until the last worker has ended.

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "app/background.hpp"
#include "app/worker.hpp"
#include "real/signal_wait.hpp"

namespace weir::app {

struct ServiceOptions {
  std::size_t workers = 1;
  std::vector<ServedListener> listeners;
  MakeBackground background = {};  // empty: nothing
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
  Service(ServiceOptions options, LogFile& log);

  int run();

 private:
  std::string start_workers();
  std::string note(const Listening& listening);
  void wait_for_end();
  int report();
  std::string name_of_listener(std::size_t listener) const;

  real::SignalWait signals_;
  WorkersShared shared_;
  std::unique_ptr<Background> background_;
  std::vector<std::unique_ptr<Worker>> workers_;
};

}  // namespace weir::app
