#include "observe/access_line.hpp"

#include <array>
#include <chrono>

#include "base/text_cursor.hpp"

namespace weir::observe {
namespace {

constexpr bool is_plain(unsigned char byte) {
  return byte >= 0x20 && byte < 0x7f && byte != '"' && byte != '\\';
}

constexpr auto kPlain = [] {
  std::array<bool, 256> table{};
  for (unsigned byte = 0; byte < table.size(); ++byte) {
    table[byte] = is_plain(static_cast<unsigned char>(byte));
  }
  return table;
}();

constexpr std::size_t kEscapeBytes = 6;     // of one byte: \u00XX
constexpr std::size_t kLineBytesMax = 768;  // all but the texts and the attempts
constexpr std::size_t kAttemptBytesMax = 320;

// `key` is what stands before a value: `,"host":`.
class LineCursor : public TextCursor {
 public:
  using TextCursor::TextCursor;

  void number(std::string_view key, std::uint64_t value) noexcept {
    put(key);
    put_number(value);
  }

  void micros(std::string_view key, Duration value) noexcept {
    const auto micros = std::chrono::duration_cast<std::chrono::microseconds>(value).count();
    number(key, static_cast<std::uint64_t>(micros));
  }

  void endpoint(std::string_view key, const Endpoint& value) noexcept {
    put(key);
    put('"');
    put_endpoint(value);
    put('"');
  }

  // A text of our own: nothing in it needs to be escaped.
  void word(std::string_view key, std::string_view value) noexcept {
    put(key);
    put('"');
    put(value);
    put('"');
  }

  void text(std::string_view key, std::string_view value) noexcept {
    put(key);
    put('"');
    for (const char letter : value) {
      if (kPlain[static_cast<unsigned char>(letter)]) {
        put(letter);
      } else {
        put_escaped(static_cast<unsigned char>(letter));
      }
    }
    put('"');
  }

 private:
  void put_escaped(unsigned char byte) noexcept {
    constexpr std::string_view kHex = "0123456789abcdef";
    put('\\');
    if (byte == '"' || byte == '\\') return put(static_cast<char>(byte));
    put("u00");
    put(kHex[byte >> 4]);
    put(kHex[byte & 15]);
  }
};

void put_attempt(LineCursor& line, const proxy::Attempt& attempt) noexcept {
  line.endpoint("{\"backend\":", attempt.address);
  line.put(attempt.reused ? ",\"reused\":true" : ",\"reused\":false");
  line.micros(",\"started_us\":", attempt.started);
  line.micros(",\"connect_us\":", attempt.connected);
  line.micros(",\"first_byte_us\":", attempt.first_byte);
  line.micros(",\"total_us\":", attempt.total);
  line.word(",\"end\":", proxy::to_string(attempt.end));
  line.put('}');
}

void put_line(LineCursor& line, const proxy::RequestRecord& record,
              const AccessLineContext& context) noexcept {
  line.word("{\"time\":", context.time);
  line.number(",\"worker\":", context.worker);
  line.number(",\"session\":", record.session);
  line.number(",\"request\":", record.number);
  line.endpoint(",\"client\":", record.client);
  line.text(",\"method\":", record.method);
  line.text(",\"host\":", record.host);
  line.text(",\"path\":", record.path);
  line.text(",\"route\":", record.route);
  line.text(",\"cluster\":", record.cluster);
  line.text(",\"request_id\":", record.request_id);
  line.number(",\"status\":", record.status);
  line.word(",\"end\":", proxy::to_string(record.end));
  if (record.error != http::ProxyError::none) {
    line.word(",\"error\":", http::to_string(record.error));
    line.text(",\"details\":", record.details);
  }
  line.number(",\"bytes_in\":", record.bytes_in);
  line.number(",\"bytes_out\":", record.bytes_out);
  line.micros(",\"duration_us\":", record.duration);
  line.put(",\"attempts\":[");
  for (std::size_t i = 0; i < record.attempts.size(); ++i) {
    if (i > 0) line.put(',');
    put_attempt(line, record.attempts[i]);
  }
  line.put("]}");
}

}  // namespace

void append_access_line(std::string& line, const proxy::RequestRecord& record,
                        const AccessLineContext& context) {
  const std::size_t texts = record.method.size() + record.host.size() + record.path.size() +
                            record.route.size() + record.cluster.size() + record.request_id.size() +
                            record.details.size();
  const std::size_t bytes_max = kLineBytesMax + context.time.size() + kEscapeBytes * texts +
                                kAttemptBytesMax * record.attempts.size();
  append_text<LineCursor>(line, bytes_max,
                          [&](LineCursor& cursor) { put_line(cursor, record, context); });
}

}  // namespace weir::observe
