#include "transport/sim_bench.hpp"

#include "support/seed.hpp"
#include "task/task_group.hpp"

namespace weir::transport {

using namespace std::chrono_literals;

SimBench::SimBench()
    : kernel_(test::seed()),
      network_(kernel_),
      client_(network_.add_host("client")),
      server_(network_.add_host("server")),
      dark_(network_.add_host("dark")) {
  dark_.power_off();
}

task::Task<Endpoint> SimBench::silent_address() { co_return dark_.at(80); }

void SimBench::limit_client_files(std::size_t more) {
  client_.limits().descriptors_max = client_.open_descriptors() + more;
}

void SimBench::limit_server_files(std::size_t more) {
  server_.limits().descriptors_max = server_.open_descriptors() + more;
}

void SimBench::lift_limits() {
  const sim::HostLimits usual;
  client_.limits().descriptors_max = usual.descriptors_max;
  server_.limits().descriptors_max = usual.descriptors_max;
}

std::size_t SimBench::open_files() const {
  return client_.open_descriptors() + server_.open_descriptors();
}

bool SimBench::run(task::Task<> script) {
  task::TaskGroup scripts(client().run_queue);
  scripts.spawn(std::move(script));
  const TimePoint end = kernel_.now() + 10min;
  while (scripts.size() > 0 && kernel_.now() < end) kernel_.run_until(kernel_.now() + 1s);
  return scripts.size() == 0;
}

std::size_t SimBench::connections_left() {
  kernel_.run_until(kernel_.now() + 30min);
  return network_.connections();
}

}  // namespace weir::transport
