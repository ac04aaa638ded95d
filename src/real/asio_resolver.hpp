#pragma once
// AsioResolver: io::Resolver by the system's getaddrinfo, which Asio runs in a thread of its own.
// A lookup that is given up goes on in that thread and its answer is thrown away.
// It keeps no cache: the system's resolver does, if anybody.

#include <asio/io_context.hpp>

#include "io/connector.hpp"

namespace weir::real {

class AsioResolver final : public io::Resolver {
 public:
  AsioResolver(asio::io_context& context, task::RunQueue& run_queue, task::Timers& timers)
      : context_(context), run_queue_(run_queue), timers_(timers) {}

  task::Task<Result<std::vector<Endpoint>>> resolve(HostPort name, TimePoint deadline) override;

 private:
  asio::io_context& context_;
  task::RunQueue& run_queue_;
  task::Timers& timers_;
};

}  // namespace weir::real
