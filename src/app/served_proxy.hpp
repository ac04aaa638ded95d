#pragma once
// ServedProxy: a proxy of one worker, as the process sees it: it runs, drains, and has counters for
// the summary. `weir tcp` and `weir http` differ in who makes it.
//
//   MakeProxy make = [&](const WorkerContext& context, auto listener) { return ...; };
//   Service service({{.protocol = "http", .listen = at, .make_proxy = make}}, ...);

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "app/log_writer.hpp"
#include "io/world.hpp"
#include "task/task.hpp"

namespace weir::app {

struct NamedCounter {
  std::string name;
  std::uint64_t value = 0;
};

class ServedProxy {
 public:
  virtual ~ServedProxy() = default;
  virtual task::Task<> run() = 0;  // until drain() was called and its sessions have ended
  virtual void drain() = 0;
  virtual std::vector<NamedCounter> counters() const = 0;  // always the same names
};

struct WorkerContext {
  io::World& world;
  LogWriter& log;
  std::size_t index;
  std::size_t connections_max;  // this worker's share
};

// Called in the worker's thread, whose world outlives the proxy.
using MakeProxy = std::function<std::unique_ptr<ServedProxy>(const WorkerContext& context,
                                                             std::unique_ptr<io::Listener>)>;

}  // namespace weir::app
