#pragma once
// append_access_line: an HTTP request as one line of JSON (RFC 8259), without line break.
//
//   append_access_line(line, record, {.time = "2026-11-25T10:15:30.123Z", .worker = 0});
//
// The keys are those of docs/reference/access-log.md, always in the same order; durations are
// microseconds. Bytes of a request that are no UTF-8 or would break the line are escaped as \u00XX,
// so that the line stays one line whatever a client sends.

#include <cstddef>
#include <string>
#include <string_view>

#include "proxy/request_record.hpp"

namespace weir::observe {

struct AccessLineContext {
  std::string_view time;  // when the request ended, RFC 3339
  std::size_t worker = 0;
};

void append_access_line(std::string& line, const proxy::RequestRecord& record,
                        const AccessLineContext& context);

}  // namespace weir::observe
