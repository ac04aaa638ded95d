#include "http/tokenizer.hpp"

#include <algorithm>

#include "http/chars.hpp"

namespace weir::http {
namespace {

// Grows `token` by a piece that llhttp hands out; in one contiguous head there is only one.
void extend(std::string_view& token, const char* at, std::size_t size) noexcept {
  token = token.empty() ? std::string_view(at, size)
                        : std::string_view(token.data(), token.size() + size);
}

}  // namespace

// llhttp calls these from within llhttp_execute(). What they do not return 0 for ends it.
struct Tokenizer::Callbacks {
  static Tokenizer& self(llhttp_t* llhttp) { return *static_cast<Tokenizer*>(llhttp->data); }

  static int field(llhttp_t* llhttp, const char* at, std::size_t size) {
    Tokenizer& tokenizer = self(llhttp);
    if (tokenizer.count_ == tokenizer.fields_.size()) {
      tokenizer.refusal_ = {431, "there are too many fields"};
      return -1;
    }
    extend(tokenizer.fields_[tokenizer.count_].name, at, size);
    return 0;
  }
  static int value(llhttp_t* llhttp, const char* at, std::size_t size) {
    Tokenizer& tokenizer = self(llhttp);
    extend(tokenizer.fields_[tokenizer.count_].value, at, size);
    return 0;
  }
  static int value_complete(llhttp_t* llhttp) { return self(llhttp).end_field() ? 0 : -1; }
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
      callbacks.on_header_value_complete = value_complete;
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
  fields_[0] = Field{};
  complete_ = false;
  refusal_ = Refusal{};
  const llhttp_errno_t result = llhttp_execute(&llhttp_, head.data(), head.size());
  const bool ended = result == HPE_PAUSED && complete_ &&
                     llhttp_get_error_pos(&llhttp_) == head.data() + head.size();
  if (ended) return true;
  if (!refusal_.reason.empty()) return false;
  refusal_ = {400, "the head is not one of HTTP/1.1"};
  if (result == HPE_INVALID_METHOD) {
    refusal_ = {501, "the method is not known"};
  } else if (result != HPE_OK && result != HPE_PAUSED && llhttp_.reason != nullptr) {
    refusal_.reason = llhttp_.reason;  // a literal of llhttp's
  }
  return false;
}

bool Tokenizer::end_field() noexcept {
  Field& field = fields_[count_];
  // llhttp leaves white space behind a value, and forgives some names.
  field.value = trimmed(field.value);
  if (!is_token(field.name)) {
    refusal_ = {400, "the name of a field is not a token"};
    return false;
  }
  field.id = field_id(field.name);
  ++count_;
  if (count_ < fields_.size()) fields_[count_] = Field{};
  return true;
}

}  // namespace weir::http
