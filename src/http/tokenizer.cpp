#include "http/tokenizer.hpp"

#include <algorithm>

#include "http/chars.hpp"

namespace weir::http {

// llhttp calls these from within llhttp_execute(). What they do not return 0 for ends it.
struct Tokenizer::Callbacks {
  static Tokenizer& self(llhttp_t* llhttp) { return *static_cast<Tokenizer*>(llhttp->data); }

  static int field(llhttp_t* llhttp, const char* at, std::size_t size) {
    Tokenizer& tokenizer = self(llhttp);
    if (tokenizer.count_ == tokenizer.fields_.size()) {
      tokenizer.refusal_ = {431, "there are too many fields"};
      return -1;
    }
    tokenizer.fields_[tokenizer.count_++] = {.name = {at, size}};
    return 0;
  }
  static int value(llhttp_t* llhttp, const char* at, std::size_t size) {
    Tokenizer& tokenizer = self(llhttp);
    std::string_view& value = tokenizer.fields_[tokenizer.count_ - 1].value;
    if (value.data() != nullptr) return -1;  // in pieces only if it is folded
    value = {at, size};
    return 0;
  }
  static int headers_complete(llhttp_t* llhttp) {
    self(llhttp).complete_ = true;
    return HPE_PAUSED;
  }

  static const llhttp_settings_t& settings() {
    static const llhttp_settings_t table = [] {
      llhttp_settings_t callbacks;
      llhttp_settings_init(&callbacks);
      callbacks.on_header_field = field;
      callbacks.on_header_value = value;
      callbacks.on_headers_complete = headers_complete;
      return callbacks;
    }();
    return table;
  }
};

Tokenizer::Tokenizer(HeadKind kind, const Limits& limits)
    : kind_(kind), fields_(std::clamp<std::size_t>(limits.fields_max, 1, kFieldsMax)) {}

bool Tokenizer::run(std::string_view head) {
  llhttp_init(&llhttp_, kind_ == HeadKind::request ? HTTP_REQUEST : HTTP_RESPONSE,
              &Callbacks::settings());
  llhttp_.data = this;
  count_ = 0;
  complete_ = false;
  refusal_ = Refusal{};
  const llhttp_errno_t result = llhttp_execute(&llhttp_, head.data(), head.size());
  const bool ended = result == HPE_PAUSED && complete_ &&
                     llhttp_get_error_pos(&llhttp_) == head.data() + head.size();
  if (ended) return identify();
  if (!refusal_.reason.empty()) return false;
  refusal_ = {400, "the head is not one of HTTP/1.1"};
  if (result == HPE_INVALID_METHOD) {
    refusal_ = {501, "the method is not known"};
  } else if (result != HPE_OK && result != HPE_PAUSED && llhttp_.reason != nullptr) {
    refusal_.reason = llhttp_.reason;  // a literal of llhttp's
  }
  return false;
}

bool Tokenizer::identify() noexcept {
  for (Field& field : std::span(fields_).first(count_)) {
    if (!is_token(field.name)) {
      refusal_ = {400, "the name of a field is not a token"};
      return false;
    }
    field.value = trimmed(field.value);  // llhttp leaves white space behind it
    field.id = field_id(field.name);
  }
  return true;
}

}  // namespace weir::http
