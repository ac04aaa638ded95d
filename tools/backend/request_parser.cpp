#include "backend/request_parser.hpp"

#include <algorithm>
#include <utility>

namespace weir::backend {
namespace {

Method method_of(std::uint8_t method) {
  switch (method) {
    case HTTP_GET: return Method::get;
    case HTTP_HEAD: return Method::head;
    case HTTP_POST: return Method::post;
    case HTTP_PUT: return Method::put;
    case HTTP_PATCH: return Method::patch;
    case HTTP_DELETE: return Method::del;
    default: return Method::other;
  }
}

char lower(char letter) {
  return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
}

}  // namespace

// llhttp calls these from within llhttp_execute(). HPE_PAUSED makes it return right after the
// event, so that one parse() gives at most one event and one piece of a body.
struct RequestParser::Callbacks {
  static RequestParser& self(llhttp_t* llhttp) {
    return *static_cast<RequestParser*>(llhttp->data);
  }
  static int message_begin(llhttp_t* llhttp) {
    self(llhttp).begin();
    return 0;
  }
  static int url(llhttp_t* llhttp, const char* at, std::size_t size) {
    return self(llhttp).add_target({at, size});
  }
  static int header_field(llhttp_t* llhttp, const char* at, std::size_t size) {
    self(llhttp).add_field_name({at, size});
    return 0;
  }
  static int header_field_complete(llhttp_t* llhttp) {
    self(llhttp).field_name_complete();
    return 0;
  }
  static int headers_complete(llhttp_t* llhttp) { return self(llhttp).head_complete(); }
  static int body(llhttp_t* llhttp, const char* at, std::size_t size) {
    self(llhttp).step_.body = as_bytes({at, size});
    return 0;
  }
  static int chunk_header(llhttp_t*) { return HPE_PAUSED; }
  static int message_complete(llhttp_t* llhttp) {
    RequestParser& parser = self(llhttp);
    parser.step_.event = Event::complete;
    parser.in_request_ = false;
    parser.in_head_ = true;
    parser.head_bytes_ = 0;
    return HPE_PAUSED;
  }

  static const llhttp_settings_t& settings() {
    static const llhttp_settings_t table = [] {
      llhttp_settings_t callbacks;
      llhttp_settings_init(&callbacks);
      callbacks.on_message_begin = message_begin;
      callbacks.on_url = url;
      callbacks.on_header_field = header_field;
      callbacks.on_header_field_complete = header_field_complete;
      callbacks.on_headers_complete = headers_complete;
      callbacks.on_body = body;
      callbacks.on_chunk_header = chunk_header;
      callbacks.on_message_complete = message_complete;
      return callbacks;
    }();
    return table;
  }
};

RequestParser::RequestParser() {
  llhttp_init(&llhttp_, HTTP_REQUEST, &Callbacks::settings());
  llhttp_.data = this;
}

RequestParser::Step RequestParser::parse(ConstBytes input) {
  step_ = Step{};
  const bool was_in_head = in_head_;
  if (was_in_head) {
    input = input.first(std::min(input.size(), kHeadBytesMax - head_bytes_));
    if (input.empty()) {
      refuse(431, "the head is larger than 32 KiB");
      step_.event = Event::invalid;
      return step_;
    }
  }
  const char* const text = as_text(input).data();
  const llhttp_errno_t result = llhttp_execute(&llhttp_, text, input.size());
  if (result == HPE_OK) {
    step_.consumed = input.size();
    if (was_in_head && step_.event == Event::more) head_bytes_ += input.size();
  } else if (result == HPE_PAUSED) {
    step_.consumed = static_cast<std::size_t>(llhttp_get_error_pos(&llhttp_) - text);
    llhttp_resume(&llhttp_);
  } else {
    if (refusal_.reason.empty()) refuse(400, llhttp_get_error_reason(&llhttp_));
    step_.event = Event::invalid;
  }
  return step_;
}

void RequestParser::begin() {
  in_request_ = true;
  target_.clear();
  field_size_ = 0;
  hosts_ = 0;
  expect_ = false;
}

int RequestParser::add_target(std::string_view part) {
  if (target_.size() + part.size() > kTargetBytesMax) {
    return refuse(414, "the request target is longer than 8 KiB");
  }
  target_ += part;
  return 0;
}

void RequestParser::add_field_name(std::string_view part) {
  for (const char letter : part) {
    if (field_size_ < field_.size()) field_[field_size_] = lower(letter);
    ++field_size_;
  }
}

void RequestParser::field_name_complete() {
  const std::size_t size = std::exchange(field_size_, 0);
  if (size > field_.size()) return;
  const std::string_view name(field_.data(), size);
  if (name == "host") ++hosts_;
  if (name == "expect") expect_ = true;
}

int RequestParser::head_complete() {
  llhttp_.upgrade = 0;  // an offer that this server ignores (RFC 9110, 7.8); CONNECT gets its 405
  if (llhttp_.http_major != 1 || llhttp_.http_minor > 1) {
    return refuse(505, "only HTTP/1.1 and HTTP/1.0 are spoken here");
  }
  const bool old_version = llhttp_.http_minor == 0;
  // RFC 9112, 6.1: Transfer-Encoding in HTTP/1.0 is faulty framing.
  if (old_version && (llhttp_.flags & F_TRANSFER_ENCODING) != 0) {
    return refuse(400, "HTTP/1.0 has no Transfer-Encoding");
  }
  // RFC 9112, 3.2.
  if (hosts_ > 1 || (hosts_ == 0 && !old_version)) {
    return refuse(400, "a request has exactly one Host field");
  }
  request_.method = method_of(llhttp_.method);
  request_.target = target_;
  request_.chunked = (llhttp_.flags & F_CHUNKED) != 0;
  request_.content_length = request_.chunked ? 0 : llhttp_.content_length;
  request_.old_version = old_version;
  request_.keep_alive = !old_version && llhttp_should_keep_alive(&llhttp_) != 0;
  request_.expects_continue = expect_ && !old_version;
  in_head_ = false;
  if (!request_.has_body()) return 0;
  step_.event = Event::head;
  return HPE_PAUSED;
}

int RequestParser::refuse(std::uint16_t status, std::string_view reason) {
  refusal_ = {status, reason};
  return -1;
}

}  // namespace weir::backend
