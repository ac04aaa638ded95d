#include "observe/access_line.hpp"

#include <array>
#include <charconv>
#include <chrono>
#include <concepts>

namespace weir::observe {
namespace {

void append_number(std::string& line, std::uint64_t value) {
  std::array<char, 20> digits;
  const auto [end, error] = std::to_chars(digits.data(), digits.data() + digits.size(), value);
  line.append(digits.data(), end);
}

void append_escaped(std::string& line, std::string_view text) {
  constexpr std::string_view kHex = "0123456789abcdef";
  for (const char letter : text) {
    const auto byte = static_cast<unsigned char>(letter);
    if (byte == '"' || byte == '\\') {
      line += '\\';
      line += letter;
    } else if (byte < 0x20 || byte >= 0x7f) {
      line += "\\u00";
      line += kHex[byte >> 4];
      line += kHex[byte & 15];
    } else {
      line += letter;
    }
  }
}

void add_number(std::string& line, std::string_view key, std::uint64_t value) {
  line += key;
  append_number(line, value);
}

void add_text(std::string& line, std::string_view key, std::string_view value) {
  line += key;
  line += '"';
  append_escaped(line, value);
  line += '"';
}

void add_endpoint(std::string& line, std::string_view key, const Endpoint& value) {
  line += key;
  line += '"';
  append_endpoint(line, value);
  line += '"';
}

void add_micros(std::string& line, std::string_view key, Duration value) {
  const auto micros = std::chrono::duration_cast<std::chrono::microseconds>(value).count();
  add_number(line, key, static_cast<std::uint64_t>(micros));
}

void add_attempt(std::string& line, const proxy::Attempt& attempt) {
  add_endpoint(line, "{\"backend\":", attempt.address);
  line += attempt.reused ? ",\"reused\":true" : ",\"reused\":false";
  add_micros(line, ",\"started_us\":", attempt.started);
  add_micros(line, ",\"connect_us\":", attempt.connected);
  add_micros(line, ",\"first_byte_us\":", attempt.first_byte);
  add_micros(line, ",\"total_us\":", attempt.total);
  add_text(line, ",\"end\":", proxy::to_string(attempt.end));
  line += '}';
}

}  // namespace

void append_access_line(std::string& line, const proxy::RequestRecord& record,
                        const AccessLineContext& context) {
  add_text(line, "{\"time\":", context.time);
  add_number(line, ",\"worker\":", context.worker);
  add_number(line, ",\"session\":", record.session);
  add_number(line, ",\"request\":", record.number);
  add_endpoint(line, ",\"client\":", record.client);
  add_text(line, ",\"method\":", record.method);
  add_text(line, ",\"host\":", record.host);
  add_text(line, ",\"path\":", record.path);
  add_text(line, ",\"route\":", record.route);
  add_text(line, ",\"cluster\":", record.cluster);
  add_text(line, ",\"request_id\":", record.request_id);
  add_number(line, ",\"status\":", record.status);
  add_text(line, ",\"end\":", proxy::to_string(record.end));
  if (record.error != http::ProxyError::none) {
    add_text(line, ",\"error\":", http::to_string(record.error));
    add_text(line, ",\"details\":", record.details);
  }
  add_number(line, ",\"bytes_in\":", record.bytes_in);
  add_number(line, ",\"bytes_out\":", record.bytes_out);
  add_micros(line, ",\"duration_us\":", record.duration);
  line += ",\"attempts\":[";
  bool is_first = true;
  for (const proxy::Attempt& attempt : record.attempts) {
    if (!is_first) line += ',';
    is_first = false;
    add_attempt(line, attempt);
  }
  line += "]}";
}

}  // namespace weir::observe
