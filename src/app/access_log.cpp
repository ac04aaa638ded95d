#include "app/access_log.hpp"

#include "observe/access_line.hpp"

namespace weir::app {

void AccessLog::request_ended(const proxy::RequestRecord& record) {
  if (log_.is_off()) return;
  const io::WallClock::Time now = clock_.now();
  const auto milliseconds = std::chrono::floor<std::chrono::milliseconds>(now.time_since_epoch());
  if (milliseconds.count() != time_ms_) {
    time_ms_ = milliseconds.count();
    time_ = format_time(now);
  }
  observe::append_access_line(log_.begin_line(), record, {time_, worker_});
  log_.end_line();
}

}  // namespace weir::app
