#include "app/background.hpp"

#include <utility>

#include "real/signal_wait.hpp"

namespace weir::app {

Background::Background(LogFile& log, MakeBackground make) {
  thread_ = std::thread([this, &log, made = std::move(make)] { run(log, made); });
  world_ = running_.get_future().get();
}

Background::~Background() {
  world_->post([world = world_] { world->stop(); });
  thread_.join();
}

void Background::run(LogFile& log_file, const MakeBackground& make) {
  real::block_signals_in_this_thread();
  LogWriter log(log_file);
  real::AsioWorld world(log);
  world.spawn(make(world.world()));
  world.spawn(log.flush_regularly(world.world()));
  running_.set_value(&world);
  world.run();
}

}  // namespace weir::app
