#include "observe/access_line.hpp"

#include <array>
#include <limits>

#include <catch2/catch.hpp>

using namespace weir;
using namespace std::chrono_literals;

namespace {

Endpoint local(std::uint16_t port) { return *parse_endpoint("127.0.0.1", port); }

std::string line_of(const proxy::RequestRecord& record) {
  std::string line;
  observe::append_access_line(line, record, {.time = "2026-11-25T10:15:30.123Z", .worker = 3});
  return line;
}

}  // namespace

TEST_CASE("a request is one line of JSON with all its attempts") {
  std::array<proxy::Attempt, 2> attempts{};
  attempts[0].address = local(8001);
  attempts[0].end = proxy::AttemptEnd::connect_failed;
  attempts[0].total = 250us;
  attempts[1].address = local(8002);
  attempts[1].reused = true;
  attempts[1].end = proxy::AttemptEnd::answered;
  attempts[1].started = 300us;
  attempts[1].connected = 10us;
  attempts[1].first_byte = 1ms;
  attempts[1].total = 2ms;
  proxy::RequestRecord record;
  record.session = 7;
  record.number = 2;
  record.client = local(50000);
  record.method = "GET";
  record.host = "example.org";
  record.path = "/a?b=c";
  record.route = "default";
  record.cluster = "web";
  record.request_id = "0123456789abcdef";
  record.status = 200;
  record.end = proxy::RequestEnd::complete;
  record.bytes_in = 1;
  record.bytes_out = 14;
  record.duration = 2300us;
  record.attempts = attempts;
  CHECK(line_of(record) ==
        R"({"time":"2026-11-25T10:15:30.123Z","worker":3,"session":7,"request":2,)"
        R"("client":"127.0.0.1:50000","method":"GET","host":"example.org","path":"/a?b=c",)"
        R"("route":"default","cluster":"web","request_id":"0123456789abcdef","status":200,)"
        R"("end":"complete","bytes_in":1,"bytes_out":14,"duration_us":2300,"attempts":[)"
        R"({"backend":"127.0.0.1:8001","reused":false,"started_us":0,"connect_us":0,)"
        R"("first_byte_us":0,"total_us":250,"end":"connect_failed"},)"
        R"({"backend":"127.0.0.1:8002","reused":true,"started_us":300,"connect_us":10,)"
        R"("first_byte_us":1000,"total_us":2000,"end":"answered"}]})");
}

TEST_CASE("whatever bytes a request brings, its line stays one line of ASCII") {
  proxy::RequestRecord record;
  const std::string path = std::string("/\"\\\n\r\t\0\x7f\x80\xff", 10) + std::string(8000, '\xfe');
  record.path = path;
  const std::string line = line_of(record);
  CHECK(line.find(R"("path":"/\"\\\u000a\u000d\u0009\u0000\u007f\u0080\u00ff\u00fe\u00fe)") !=
        std::string::npos);
  for (const char letter : line) {
    const bool printable = letter >= 0x20 && letter < 0x7f;
    CHECK(printable);
    if (!printable) break;
  }
}

TEST_CASE("the largest numbers and the longest words fit into a line") {
  std::array<proxy::Attempt, proxy::kTriesMax> attempts{};
  for (proxy::Attempt& attempt : attempts) {
    attempt.address = *parse_endpoint("1111:2222:3333:4444:5555:6666:7777:8888", 65535);
    attempt.end = proxy::AttemptEnd::first_byte_timeout;
    attempt.started = attempt.connected = attempt.first_byte = attempt.total = Duration::max();
  }
  proxy::RequestRecord record;
  record.client = attempts[0].address;
  record.attempts = attempts;
  record.session = record.bytes_in = record.bytes_out = std::numeric_limits<std::uint64_t>::max();
  record.number = std::numeric_limits<std::uint32_t>::max();
  record.status = 65535;
  record.duration = Duration::max();
  for (auto end = 0; end <= static_cast<int>(proxy::RequestEnd::cancelled); ++end) {
    record.end = static_cast<proxy::RequestEnd>(end);
    for (auto error = 0; error <= static_cast<int>(http::ProxyError::proxy_loop_detected);
         ++error) {
      record.error = static_cast<http::ProxyError>(error);
      CHECK(line_of(record).ends_with("]}"));  // and what was reserved was enough: asserted
    }
  }
}
