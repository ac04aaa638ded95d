#include "sim/model/http_trouble.hpp"

#include <array>

#include <fmt/format.h>

namespace weir::sim::model {
namespace {

struct MalformedText {
  const char* name;
  const char* head;  // after the tag
  const char* body;
};

constexpr std::size_t kEndlessBytes = 256 * 1024;  // beyond any limit of a header block

constexpr std::array<MalformedText, kHttpMalformed> kMalformed = {{
    {"any", "", ""},
    {"both_framings", "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n",
     "3\r\nabc\r\n0\r\n\r\n"},
    {"two_lengths", "Content-Length: 3\r\nContent-Length: 5\r\n", "abcde"},
    {"signed_length", "Content-Length: +3\r\n", "abc"},
    {"bad_status", "Content-Length: 3\r\n", "abc"},
    {"bare_lf", "Content-Length: 3\nX: y\r\n", "abc"},
    {"folded_line", "X: y\r\n z\r\nContent-Length: 3\r\n", "abc"},
    {"no_colon", "Content-Length 3\r\nContent-Length: 3\r\n", "abc"},
    {"control_byte",
     "X: a\x01"
     "b\r\nContent-Length: 3\r\n",
     "abc"},
    {"odd_coding", "Transfer-Encoding: xchunked\r\n", "3\r\nabc\r\n0\r\n\r\n"},
    {"bad_chunk_size", "Transfer-Encoding: chunked\r\n", "0x3\r\nabc\r\n0\r\n\r\n"},
    {"long_chunk", "Transfer-Encoding: chunked\r\n", "3\r\nabcdef\r\n0\r\n\r\n"},
    {"endless_head", "", ""},
}};

}  // namespace

const char* to_string(HttpTrouble::What what) noexcept {
  using What = HttpTrouble::What;
  switch (what) {
    case What::none: return "none";
    case What::error: return "error";
    case What::slow: return "slow";
    case What::stall: return "stall";
    case What::malformed: return "malformed";
    case What::early: return "early";
    case What::close: return "close";
    case What::reset: return "reset";
    case What::truncate: return "truncate";
    case What::unsolicited: return "unsolicited";
    case What::interim: return "interim";
  }
  return "unknown";
}

const char* to_string(HttpMalformed how) noexcept {
  return kMalformed[static_cast<std::size_t>(how)].name;
}

const HttpTrouble* find_trouble(const std::vector<HttpTrouble>& troubles, Duration since_start,
                                bool is_probe, Random& random) {
  const HttpTrouble* found = nullptr;
  for (const HttpTrouble& trouble : troubles) {
    const bool hit = random.chance(trouble.share);
    const bool concerns =
        trouble.on == HttpTrouble::On::both || (trouble.on == HttpTrouble::On::probes) == is_probe;
    if (!hit || !concerns || since_start < trouble.from || since_start >= trouble.until) continue;
    if (found == nullptr) found = &trouble;
  }
  return found;
}

std::string malformed_answer(HttpMalformed how, const HttpTag& tag) {
  const MalformedText& text = kMalformed[static_cast<std::size_t>(how)];
  const char* status = how == HttpMalformed::bad_status ? "HTTP/1.1 2x0 OK" : "HTTP/1.1 200 OK";
  std::string answer =
      fmt::format("{}\r\nWeir-Request: {}\r\n{}", status, to_string(tag), text.head);
  if (how == HttpMalformed::endless_head) {
    answer += "X: ";
    answer.append(kEndlessBytes, 'x');
  }
  return answer + "\r\n" + text.body;
}

}  // namespace weir::sim::model
