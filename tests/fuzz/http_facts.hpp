#pragma once
// What the HTTP harnesses share: a second opinion on a message from llhttp in strict mode, run over
// the whole of it, and cutting bytes where the fuzzer says.
//
//   const SecondOpinion opinion = ask_llhttp(HTTP_REQUEST, wire);
//   ASSERT(opinion.messages == 1, "...");
//
// An ASSERT that fails is what the fuzzer looks for.

#include <cstdint>
#include <string>
#include <string_view>

#include <llhttp.h>

#include "base/assert.hpp"
#include "base/bytes.hpp"
#include "http/head_end.hpp"

namespace weir::http::fuzz {

struct SecondOpinion {
  bool valid = true;  // so far; a message may be incomplete
  unsigned heads = 0;
  unsigned messages = 0;  // complete ones
  bool chunked = false;
  bool has_length = false;
  std::uint64_t length = 0;
  bool keep_alive = false;
  std::string body;
  std::size_t first_size = 0;  // where the first message ended
};

struct OpinionCallbacks {
  static SecondOpinion& of(llhttp_t* parser) { return *static_cast<SecondOpinion*>(parser->data); }
  static int headers_complete(llhttp_t* parser) {
    SecondOpinion& opinion = of(parser);
    ++opinion.heads;
    opinion.chunked = (parser->flags & F_CHUNKED) != 0;
    opinion.has_length = (parser->flags & F_CONTENT_LENGTH) != 0;
    opinion.length = parser->content_length;
    opinion.keep_alive = llhttp_should_keep_alive(parser) != 0;
    return 0;
  }
  static int body(llhttp_t* parser, const char* at, std::size_t size) {
    of(parser).body.append(at, size);
    return 0;
  }
  static int message_complete(llhttp_t* parser) {
    ++of(parser).messages;
    return HPE_PAUSED;
  }
};

// Of the first message in `wire`.
inline SecondOpinion ask_llhttp(llhttp_type_t type, std::string_view wire) {
  llhttp_settings_t settings;
  llhttp_settings_init(&settings);
  settings.on_headers_complete = OpinionCallbacks::headers_complete;
  settings.on_body = OpinionCallbacks::body;
  settings.on_message_complete = OpinionCallbacks::message_complete;
  llhttp_t parser;
  llhttp_init(&parser, type, &settings);
  SecondOpinion opinion;
  parser.data = &opinion;
  const llhttp_errno_t result = llhttp_execute(&parser, wire.data(), wire.size());
  opinion.valid = result == HPE_OK || result == HPE_PAUSED || result == HPE_PAUSED_UPGRADE;
  if (result == HPE_PAUSED) {
    opinion.first_size = static_cast<std::size_t>(llhttp_get_error_pos(&parser) - wire.data());
  }
  return opinion;
}

// The whole at once and byte by byte give the same end of a head.
inline HeadEnd checked_head_end(std::string_view text, HeadKind kind, const Limits& limits) {
  HeadScan scan;
  const HeadEnd whole = find_head_end(as_bytes(text), scan, kind, limits);
  HeadScan stepwise;
  HeadEnd end;
  for (std::size_t size = 1; size <= text.size() && end.status == HeadEnd::Status::incomplete;
       ++size) {
    end = find_head_end(as_bytes(text.substr(0, size)), stepwise, kind, limits);
  }
  ASSERT(end == whole, "any split gives the same head");
  if (whole.status == HeadEnd::Status::complete) {
    ASSERT(whole.size <= text.size(), "a head ends within the bytes");
    ASSERT(text.substr(0, whole.size).ends_with("\r\n\r\n"), "a head ends with an empty line");
    ASSERT(whole.size <= limits.head_bytes_max(), "a head is not larger than its limits");
  }
  if (whole.status == HeadEnd::Status::refused) {
    ASSERT(!whole.refusal.reason.empty(), "a refusal has a reason");
  }
  return whole;
}

}  // namespace weir::http::fuzz
