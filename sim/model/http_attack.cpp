#include "sim/model/http_attack.hpp"

#include <array>

#include <fmt/format.h>

namespace weir::sim::model {
namespace {

struct AttackText {
  const char* name;
  const char* head;  // between the request line with its tag and the empty line
  const char* body;  // before the hidden request
  bool has_host = true;
};

constexpr const char* kHidden = "GET /smuggled HTTP/1.1\r\nHost: weir.test\r\n\r\n";

constexpr std::array<AttackText, kHttpAttacks> kAttacks = {{
    {"none", "", ""},
    {"any", "", ""},
    {"length_and_chunked", "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"},
    {"two_lengths", "Content-Length: 0\r\nContent-Length: 44\r\n", ""},
    {"signed_length", "Content-Length: +0\r\n", ""},
    {"odd_coding", "Transfer-Encoding: xchunked\r\n", "0\r\n\r\n"},
    {"spaced_coding",
     "Transfer-Encoding: \x0b"
     "chunked\r\n",
     "0\r\n\r\n"},
    {"space_before_colon", "Transfer-Encoding : chunked\r\n", "0\r\n\r\n"},
    {"bare_lf", "X: y\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"},
    {"bare_cr", "X: y\rTransfer-Encoding: chunked\r\n", "0\r\n\r\n"},
    {"folded_line", "X: y\r\n Content-Length: 44\r\n", ""},
    {"no_host", "X: y\r\n", "", false},
    {"two_hosts", "Host: elsewhere.test\r\n", ""},
    {"control_byte",
     "X: a\x01"
     "b\r\n",
     ""},
    {"bad_chunk_size", "Transfer-Encoding: chunked\r\n", "0x0\r\n\r\n"},
    {"long_chunk", "Transfer-Encoding: chunked\r\n", "1\r\nab\r\n0\r\n\r\n"},
}};

}  // namespace

const char* to_string(HttpAttack attack) noexcept {
  return kAttacks[static_cast<std::size_t>(attack)].name;
}

std::string attack_text(HttpAttack attack, const HttpTag& tag) {
  const AttackText& text = kAttacks[static_cast<std::size_t>(attack)];
  const std::string name = to_string(tag);
  return fmt::format("POST /?{} HTTP/1.1\r\n{}Weir-Request: {}\r\nWeir-Answer: 0\r\n{}\r\n{}{}",
                     name, text.has_host ? "Host: weir.test\r\n" : "", name, text.head, text.body,
                     kHidden);
}

}  // namespace weir::sim::model
