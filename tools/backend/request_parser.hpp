#pragma once
// RequestParser: turns the bytes of one connection into requests. Does no I/O; llhttp inside.
//
//   while (!input.empty()) {
//     const RequestParser::Step step = parser.parse(input);
//     input = input.subspan(step.consumed);
//     ... step.event, step.body, parser.request() ...
//   }
//
// Of a request that has not arrived wholly it keeps the target and llhttp's state, never the bytes;
// heads are bounded by kHeadBytesMax. It judges what the backend relies on (framing, Host,
// version) and deliberately not the rest of the header fields.

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include <llhttp.h>

#include "base/bytes.hpp"

namespace weir::backend {

enum class Method : std::uint8_t { get, head, post, put, patch, del, other };

struct Request {
  Method method = Method::other;
  std::string_view target;           // valid until the next parse()
  std::uint64_t content_length = 0;  // 0 when it is chunked
  bool chunked = false;
  bool old_version = false;  // HTTP/1.0: no chunked answer, no keep-alive
  bool keep_alive = false;
  bool expects_continue = false;

  bool has_body() const noexcept { return chunked || content_length > 0; }
};

class RequestParser {
 public:
  static constexpr std::size_t kHeadBytesMax = 32 * 1024;
  static constexpr std::size_t kTargetBytesMax = 8 * 1024;

  enum class Event : std::uint8_t {
    more,      // all was consumed, nothing was completed
    head,      // a head whose body follows; request() is valid until `complete`
    complete,  // the request is complete; request() is valid until the next parse()
    invalid,   // refusal() says why; nothing more can be parsed on this connection
  };
  struct Step {
    std::size_t consumed = 0;
    Event event = Event::more;
    ConstBytes body;  // a piece of the body, within the input; may come with any event
  };
  struct Refusal {
    std::uint16_t status = 400;
    std::string_view reason;
  };

  RequestParser();
  RequestParser(const RequestParser&) = delete;
  RequestParser& operator=(const RequestParser&) = delete;

  Step parse(ConstBytes input);  // at least one byte

  const Request& request() const noexcept { return request_; }
  const Refusal& refusal() const noexcept { return refusal_; }
  bool in_request() const noexcept { return in_request_; }  // some of one has arrived

 private:
  struct Callbacks;
  void begin();
  int add_target(std::string_view part);
  void add_field_name(std::string_view part);
  void field_name_complete();
  int head_complete();
  int refuse(std::uint16_t status, std::string_view reason);

  llhttp_t llhttp_;
  Request request_;
  Refusal refusal_;
  Step step_;
  std::string target_;
  std::array<char, 8> field_{};  // lower case; enough to tell "host" and "expect" from the rest
  std::size_t field_size_ = 0;   // of the whole name, which may be longer than field_
  std::size_t head_bytes_ = 0;   // consumed of the current head
  unsigned hosts_ = 0;
  bool expect_ = false;
  bool in_head_ = true;
  bool in_request_ = false;
};

}  // namespace weir::backend
