#include "http/body_decoder.hpp"

#include <algorithm>
#include <optional>

#include "http/chars.hpp"

namespace weir::http {
namespace {

constexpr unsigned kSizeDigitsMax = 16;

std::optional<unsigned> hex_value(char c) noexcept {
  if (!is(kHexDigit, c)) return {};
  return is(kDigit, c) ? static_cast<unsigned>(c - '0')
                       : static_cast<unsigned>(lower(c) - 'a' + 10);
}

bool is_framing(FieldId id) noexcept {
  return id == FieldId::content_length || id == FieldId::transfer_encoding;
}

}  // namespace

BodyDecoder::BodyDecoder(const Body& body, const Limits& limits) noexcept
    : extensions_left_(static_cast<std::uint32_t>(
          std::min(limits.chunk_extension_bytes_max, kChunkExtensionBytesMax))),
      trailers_left_(
          static_cast<std::uint32_t>(std::min(limits.trailer_bytes_max, kTrailerBytesMax))),
      left_(body.length),
      allowed_(std::min(limits.body_bytes_max, kBodyBytesMax)) {
  if (body.empty()) return;
  switch (body.kind) {
    case Body::Kind::none: break;
    case Body::Kind::length:
      state_ = State::length;
      if (left_ > allowed_) refuse(413, "the body is too large");
      break;
    case Body::Kind::chunked: state_ = State::size_start; break;
    case Body::Kind::until_close: state_ = State::until_close; break;
  }
}

BodyDecoder::Step BodyDecoder::next(ConstBytes input) {
  switch (state_) {
    case State::complete: return {.status = Status::complete};
    case State::invalid: return refused_step(0);
    case State::length:
    case State::until_close:
    case State::data: return take(input, 0);
    default: break;
  }
  const std::size_t framing = read_framing(as_text(input));
  if (state_ == State::invalid) return refused_step(framing);
  if (state_ == State::complete) {
    return {.consumed = framing, .status = Status::complete};
  }
  return take(input.subspan(framing), framing);
}

BodyDecoder::Status BodyDecoder::end_of_input() noexcept {
  if (state_ == State::until_close) state_ = State::complete;
  if (state_ == State::complete) return Status::complete;
  refuse(400, "the body is cut off");
  return Status::invalid;
}

// The data at the front of `input`, before which `skipped` bytes of framing were consumed.
BodyDecoder::Step BodyDecoder::take(ConstBytes input, std::size_t skipped) {
  if (state_ == State::until_close) {
    const auto data = input.first(std::min<std::uint64_t>(allowed_, input.size()));
    allowed_ -= data.size();
    if (!data.empty() || input.empty()) return {.consumed = data.size(), .data = data};
    refuse(413, "the body is too large");
    return refused_step(0);
  }
  const std::size_t size = static_cast<std::size_t>(std::min<std::uint64_t>(left_, input.size()));
  left_ -= size;
  if (left_ == 0 && state_ == State::length) state_ = State::complete;
  if (left_ == 0 && state_ == State::data) state_ = State::data_cr;
  return {.consumed = skipped + size,
          .data = input.first(size),
          .status = complete() ? Status::complete : Status::more};
}

BodyDecoder::Step BodyDecoder::refused_step(std::size_t consumed) const noexcept {
  return {.consumed = consumed, .data = {}, .status = Status::invalid, .refusal = refusal_};
}

// Up to the next data or the end of the body; how much that is.
std::size_t BodyDecoder::read_framing(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size() && state_ != State::data) {
    read_byte(text[at]);
    if (state_ == State::invalid) break;
    ++at;
    if (state_ == State::complete) break;
  }
  return at;
}

void BodyDecoder::read_byte(char byte) {
  switch (state_) {
    case State::size_start:
    case State::size: return read_size(byte);
    case State::extension:
      if (byte == '\r') {
        state_ = State::size_lf;
      } else if (!is(kValueChar, byte)) {
        refuse(400, "a chunk extension has a control byte");
      } else if (extensions_left_ == 0) {
        refuse(400, "the chunk extensions are too long");
      } else {
        --extensions_left_;
      }
      return;
    case State::size_lf:
      if (byte == '\n') return end_size_line();
      return refuse(400, "a line in the body ends with CR alone");
    case State::data_cr:
      return expect(byte, '\r', State::data_lf, "a chunk is longer than its size");
    case State::data_lf:
      return expect(byte, '\n', State::size_start, "a line in the body ends with CR alone");
    case State::trailer_start:
      if (byte == '\r') {
        state_ = State::last_lf;
        return;
      }
      state_ = State::trailer;
      [[fallthrough]];
    case State::trailer: return read_trailer(byte);
    case State::trailer_lf:
      if (byte == '\n') return end_trailer_line();
      return refuse(400, "a line in the body ends with CR alone");
    case State::last_lf:
      return expect(byte, '\n', State::complete, "a line in the body ends with CR alone");
    case State::complete:
    case State::invalid:
    case State::length:
    case State::until_close:
    case State::data: break;
  }
}

// RFC 9112, 7.1: hexadecimal digits and nothing else; white space behind them, which the RFC lets
// pass before an extension, is read differently by different recipients.
void BodyDecoder::read_size(char byte) {
  if (const auto digit = hex_value(byte)) {
    if (++digits_ > kSizeDigitsMax) return refuse(400, "a chunk size has too many digits");
    if (left_ > (kBodyBytesMax >> 4)) return refuse(400, "a chunk size is too large");
    left_ = left_ * 16 + *digit;
    state_ = State::size;
    return;
  }
  if (state_ == State::size_start) return refuse(400, "a chunk size is missing");
  if (byte == '\r') {
    state_ = State::size_lf;
  } else if (byte == ';') {
    state_ = State::extension;
  } else {
    refuse(400, "a chunk size is not hexadecimal");
  }
}

void BodyDecoder::end_size_line() {
  digits_ = 0;
  if (left_ == 0) {
    state_ = State::trailer_start;
    return;
  }
  if (left_ > allowed_) return refuse(413, "the body is too large");
  allowed_ -= left_;
  state_ = State::data;
}

void BodyDecoder::read_trailer(char byte) {
  if (trailers_left_ == 0) return refuse(431, "the trailers are too large");
  --trailers_left_;
  if (byte == '\r') {
    state_ = State::trailer_lf;
  } else if (!is(kValueChar, byte)) {
    refuse(400, "a trailer has a control byte");
  } else {
    trailers_ += byte;
  }
}

// Checks the line that began at line_start_, and writes it anew or drops it.
void BodyDecoder::end_trailer_line() {
  state_ = State::trailer_start;
  const std::string line = trailers_.substr(line_start_);
  trailers_.resize(line_start_);
  const std::size_t colon = std::min(line.find(':'), line.size());
  const std::string_view name = std::string_view(line).substr(0, colon);
  if (colon == line.size() || !is_token(name)) return refuse(400, "a trailer is not a field line");
  const FieldId id = field_id(name);
  if (is_framing(id) || is_framing(unaliased_id(name))) {
    return refuse(400, "a trailer speaks of framing");
  }
  if (id != FieldId::other) return;
  trailers_.append(name).append(": ");
  trailers_.append(trimmed(std::string_view(line).substr(colon + 1))).append("\r\n");
  line_start_ = static_cast<std::uint32_t>(trailers_.size());
}

void BodyDecoder::expect(char byte, char wanted, State next, std::string_view problem) {
  if (byte == wanted) {
    state_ = next;
  } else {
    refuse(400, problem);
  }
}

void BodyDecoder::refuse(std::uint16_t status, std::string_view reason) noexcept {
  state_ = State::invalid;
  refusal_ = {status, reason};
}

}  // namespace weir::http
