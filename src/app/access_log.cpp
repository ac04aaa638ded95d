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
  line_.clear();
  observe::append_access_line(line_, record, {time_, worker_});
  log_.add_line(line_);
}

}  // namespace weir::app
