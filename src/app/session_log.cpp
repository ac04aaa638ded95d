#include "app/session_log.hpp"

#include <fmt/format.h>

namespace weir::app {

void SessionLog::session_ended(const proxy::SessionRecord& record) {
  if (log_.is_off()) return;
  using std::chrono::duration_cast;
  fmt::memory_buffer line;
  fmt::format_to(std::back_inserter(line),
                 "{} session worker={} number={} client={} backend={} connects_failed={} "
                 "from_client={} from_upstream={} connect_us={} duration_ms={} end={}",
                 format_time(clock_.now()), worker_, record.number, to_string(record.client),
                 to_string(record.backend), record.connects_failed, record.bytes_from_client,
                 record.bytes_from_upstream,
                 duration_cast<std::chrono::microseconds>(record.connect_time).count(),
                 duration_cast<std::chrono::milliseconds>(record.duration).count(),
                 proxy::to_string(record.end));
  log_.add_line({line.data(), line.size()});
}

}  // namespace weir::app
