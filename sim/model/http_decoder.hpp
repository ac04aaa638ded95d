#pragma once
// HttpDecoder: reads HTTP/1.1 messages of one direction, as strictly as a peer may be that wants to
// notice every liberty that the proxy takes. It is written apart from src/http on purpose: two
// readings of the RFCs that agree are worth more than one.
//
//   HttpDecoder decoder(HttpRole::request);
//   ConstBytes unread = ...;                       // is consumed as far as it is understood
//   switch (decoder.next(unread)) { case HttpPart::head: decoder.head() ... }
//
// One interpretation or `malformed`: bare CR or LF, folded lines, spaces around names, control
// bytes, more than one Host, both framings, repeated or signed lengths, chunk extensions and
// anything but "chunked" are malformed (RFC 9112), though some of them are legal. Heads, trailers
// and numbers are bounded. Views stay valid until the next call of next(). No I/O.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"

namespace weir::sim::model {

enum class HttpRole : std::uint8_t { request, response };  // what is read

enum class HttpPart : std::uint8_t {
  more,       // all was consumed, and does not yet make a part
  head,       // head() is there
  body,       // body() is there, and not empty
  end,        // the message is whole
  malformed,  // story() says why; it stays so
};

struct HttpField {
  std::string_view name;  // in small letters
  std::string_view value;
};

enum class HttpFraming : std::uint8_t { none, length, chunked, until_end };

struct HttpHead {
  const std::string_view* find(std::string_view name) const noexcept;  // the first of that name
  std::size_t count(std::string_view name) const noexcept;
  // One that has gone further than the hop it was for (http_fields::kOfOneHop), or null.
  const HttpField* stray() const noexcept;

  std::string_view method;  // of a request
  std::string_view target;
  unsigned status = 0;  // of a response
  std::vector<HttpField> fields;
  HttpFraming framing = HttpFraming::none;
  std::uint64_t length = 0;  // of the body, or what a response to HEAD says that it would be
};

class HttpDecoder {
 public:
  static constexpr std::size_t kHeadBytesMax = 64 * 1024;
  static constexpr std::size_t kFieldsMax = 200;
  static constexpr std::size_t kTrailerBytesMax = 16 * 1024;

  explicit HttpDecoder(HttpRole role) noexcept : role_(role) {}

  HttpPart next(ConstBytes& unread);

  // Before the head of a response: it answers HEAD, so that no body follows.
  void answers_head(bool yes) noexcept { answers_head_ = yes; }

  // What the end of the stream means here: `end` of a body that it delimits, `more` where a message
  // could have begun, `malformed` anywhere else: the message was cut short.
  HttpPart stream_ended();

  const HttpHead& head() const noexcept { return head_; }
  ConstBytes body() const noexcept { return body_; }
  const std::string& story() const noexcept { return story_; }

 private:
  enum class State : std::uint8_t { start, head, body, chunk_size, chunk_end, trailer, malformed };

  HttpPart read_head(ConstBytes& unread);
  HttpPart read_body(ConstBytes& unread);
  HttpPart read_chunk_size(ConstBytes& unread);
  HttpPart read_chunk_end(ConstBytes& unread);
  HttpPart read_trailer(ConstBytes& unread);
  std::optional<std::string_view> read_line(ConstBytes& unread, std::size_t bytes_max);
  bool parse_head();
  bool parse_request_line(std::string_view line);
  bool parse_status_line(std::string_view line);
  bool parse_field(char* line, std::size_t size);
  bool find_framing();
  bool find_length();
  bool fail(std::string story);
  HttpPart end_message();

  HttpRole role_;
  State state_ = State::start;
  bool answers_head_ = false;
  std::string text_;        // the head, or the line that is being read
  std::size_t line_ = 0;    // where in text_ the line begins that is being read
  std::uint64_t left_ = 0;  // of the body or of the chunk
  std::size_t trailer_bytes_ = 0;
  HttpHead head_;
  ConstBytes body_;
  std::string story_;
};

}  // namespace weir::sim::model
