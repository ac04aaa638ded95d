#pragma once
// SessionLog: one line in the log for each TCP session, when it has ended.
//
//   2026-11-23T10:15:30.123Z session worker=0 number=7 client=127.0.0.1:40112
//   backend=127.0.0.1:9001 connects_failed=0 from_client=72 from_upstream=163 connect_us=84
//   duration_ms=12 end=finished                                        (one line)

#include <string>

#include "app/log_writer.hpp"
#include "proxy/session_record.hpp"

namespace weir::app {

class SessionLog final : public proxy::SessionObserver {
 public:
  SessionLog(LogWriter& log, io::WallClock& clock, std::size_t worker)
      : log_(log), clock_(clock), worker_(worker) {}

  void session_ended(const proxy::SessionRecord& record) override;

 private:
  LogWriter& log_;
  io::WallClock& clock_;
  std::size_t worker_;
};

}  // namespace weir::app
