#pragma once
// Connector: opens Streams to other hosts. Resolver: finds their addresses.
//
//   Result<std::unique_ptr<Stream>> upstream = co_await connector.connect(to, deadline);
//
// Both give up at the deadline with ErrorCode::timed_out. Destroying the Task gives up at once.

#include <memory>
#include <vector>

#include "base/endpoint.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "io/stream.hpp"
#include "task/task.hpp"

namespace weir::io {

class Connector {
 public:
  virtual ~Connector() = default;

  // Errors: refused, timed_out, unreachable, reset, no_ports, no_descriptors. All are retry_safe:
  // no byte was sent.
  virtual task::Task<Result<std::unique_ptr<Stream>>> connect(Endpoint to, TimePoint deadline) = 0;
};

class Resolver {
 public:
  virtual ~Resolver() = default;

  // Every address of the name, in the order of the system's preference, at least one. IP literals
  // resolve to themselves. Errors: name_not_found, timed_out.
  virtual task::Task<Result<std::vector<Endpoint>>> resolve(HostPort name, TimePoint deadline) = 0;
};

}  // namespace weir::io
