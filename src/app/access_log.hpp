#pragma once
// AccessLog: one line of JSON in the log for each HTTP request, when it has ended
// (observe/access_line.hpp has the form).
//
//   AccessLog observer(log, world.wall_clock, worker);     // of one worker
//
// Nothing is written when the log is off.

#include <string>

#include "app/log_writer.hpp"
#include "proxy/request_record.hpp"

namespace weir::app {

class AccessLog final : public proxy::RequestObserver {
 public:
  AccessLog(LogWriter& log, io::WallClock& clock, std::size_t worker)
      : log_(log), clock_(clock), worker_(worker) {}

  void request_ended(const proxy::RequestRecord& record) override;

 private:
  LogWriter& log_;
  io::WallClock& clock_;
  std::size_t worker_;
  std::int64_t time_ms_ = -1;  // of time_: many requests end in the same millisecond
  std::string time_;
};

}  // namespace weir::app
