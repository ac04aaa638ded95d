#pragma once
// Background: a thread with a World of its own for what the process does besides proxying, such as
// health checks.
//
//   Background background(log, [&](io::World& world) { return checks(world); });
//
// The task runs from the construction on and is cancelled by the destructor.

#include <functional>
#include <future>
#include <thread>

#include "app/log_writer.hpp"
#include "real/asio_world.hpp"
#include "task/task.hpp"

namespace weir::app {

using MakeBackground = std::function<task::Task<>(io::World&)>;  // called in the thread

class Background {
 public:
  Background(LogFile& log, MakeBackground make);
  ~Background();
  Background(const Background&) = delete;
  Background& operator=(const Background&) = delete;

 private:
  void run(LogFile& log, const MakeBackground& make);

  std::promise<real::AsioWorld*> running_;
  real::AsioWorld* world_ = nullptr;
  std::thread thread_;
};

}  // namespace weir::app
