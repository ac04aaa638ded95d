#include "sim/model/http_decoder.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "sim/model/http_message.hpp"

namespace weir::sim::model {
namespace {

constexpr std::size_t kLineBytesMax = 64;  // of a chunk's size: sixteen digits and then some

bool is_token_char(char c) noexcept {
  if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')) return true;
  return c != '\0' && std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

bool is_token(std::string_view text) noexcept {
  return !text.empty() && std::ranges::all_of(text, is_token_char);
}

// Visible bytes, spaces and tabs, and bytes above 127 (obs-text): RFC 9110, 5.5.
bool is_value_char(char c) noexcept {
  return c == '\t' || (static_cast<unsigned char>(c) >= 0x20 && c != 0x7f);
}

bool is_target_char(char c) noexcept { return c > 0x20 && c < 0x7f; }

// RFC 9110, 6.5.1: what may not wait for a trailer.
bool is_framing_or_routing(std::string_view name) noexcept {
  return name == "content-length" || name == "transfer-encoding" || name == "host";
}

std::string_view trimmed(std::string_view text) noexcept {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

std::optional<std::uint64_t> parse_hexadecimal(std::string_view text) noexcept {
  if (text.empty() || text.size() > 15) return std::nullopt;
  std::uint64_t value = 0;
  for (const char c : text) {
    const std::size_t digit = std::string_view("0123456789abcdef").find(c);
    const std::size_t large = std::string_view("0123456789ABCDEF").find(c);
    if (digit == std::string_view::npos && large == std::string_view::npos) return std::nullopt;
    value = value * 16 + std::min(digit, large);
  }
  return value;
}

}  // namespace

HttpPart HttpDecoder::next(ConstBytes& unread) {
  switch (state_) {
    case State::start:
      if (unread.empty()) return HttpPart::more;
      text_.clear();
      line_ = 0;
      state_ = State::head;
      return read_head(unread);
    case State::head: return read_head(unread);
    case State::body: return read_body(unread);
    case State::chunk_size: return read_chunk_size(unread);
    case State::chunk_end: return read_chunk_end(unread);
    case State::trailer: return read_trailer(unread);
    case State::malformed: return HttpPart::malformed;
  }
  return HttpPart::malformed;
}

HttpPart HttpDecoder::stream_ended() {
  if (state_ == State::start) return HttpPart::more;
  if (state_ == State::body && head_.framing == HttpFraming::until_end) return end_message();
  if (state_ != State::malformed) fail("the connection ended within a message");
  return HttpPart::malformed;
}

// A line up to its CRLF, without it; nothing while it is not whole, or when it is malformed. Lines
// are collected in text_, from line_ on.
std::optional<std::string_view> HttpDecoder::read_line(ConstBytes& unread, std::size_t bytes_max) {
  const std::string_view text = as_text(unread);
  const std::size_t feed = text.find('\n');
  const std::size_t taken = feed == std::string_view::npos ? text.size() : feed + 1;
  text_.append(text.substr(0, taken));
  unread = unread.subspan(taken);
  if (text_.size() > bytes_max) {
    fail(fmt::format("more than {} bytes of a head, a trailer or a chunk size", bytes_max));
    return std::nullopt;
  }
  if (feed == std::string_view::npos) return std::nullopt;
  std::string_view line = std::string_view(text_).substr(line_);
  if (line.size() < 2 || line[line.size() - 2] != '\r') {
    fail("a line that ends with a bare LF");
    return std::nullopt;
  }
  line.remove_suffix(2);
  return line;
}

HttpPart HttpDecoder::read_head(ConstBytes& unread) {
  for (;;) {
    const std::optional<std::string_view> line = read_line(unread, kHeadBytesMax);
    if (!line) return state_ == State::malformed ? HttpPart::malformed : HttpPart::more;
    if (line->empty()) break;
    line_ = text_.size();
  }
  if (!parse_head() || !find_framing()) return HttpPart::malformed;
  left_ = head_.framing == HttpFraming::length ? head_.length : 0;
  state_ = head_.framing == HttpFraming::chunked ? State::chunk_size : State::body;
  return HttpPart::head;
}

bool HttpDecoder::parse_head() {
  head_ = HttpHead();
  std::size_t at = 0;
  for (;;) {
    const std::size_t end = text_.find('\n', at) - 1;  // every line ends with CRLF: read_line
    if (end == at) break;
    const bool is_first = at == 0;
    const std::string_view line = std::string_view(text_).substr(at, end - at);
    const bool right = !is_first                    ? parse_field(text_.data() + at, line.size())
                       : role_ == HttpRole::request ? parse_request_line(line)
                                                    : parse_status_line(line);
    if (!right) return false;
    at = end + 2;
  }
  if (at == 0) return fail("an empty line where a message should begin");
  if (head_.fields.size() > kFieldsMax) return fail("too many fields");
  if (role_ == HttpRole::request && head_.count("host") != 1) {
    return fail(fmt::format("{} Host fields", head_.count("host")));
  }
  return true;
}

bool HttpDecoder::parse_request_line(std::string_view line) {
  const std::size_t first = line.find(' ');
  const std::size_t last = line.rfind(' ');
  if (first == std::string_view::npos || first == last) return fail("no request line");
  head_.method = line.substr(0, first);
  head_.target = line.substr(first + 1, last - first - 1);
  const bool right = is_token(head_.method) && !head_.target.empty() &&
                     std::ranges::all_of(head_.target, is_target_char);
  if (!right) return fail("a request line with an odd method or target");
  return line.substr(last + 1) == "HTTP/1.1" || fail("a request line that is not of HTTP/1.1");
}

bool HttpDecoder::parse_status_line(std::string_view line) {
  const bool right = line.size() >= 13 && line.starts_with("HTTP/1.1 ") && line[12] == ' ' &&
                     std::ranges::all_of(line.substr(13), is_value_char);
  const std::optional<std::uint64_t> status =
      right ? parse_decimal(line.substr(9, 3)) : std::nullopt;
  if (!status || *status < 100 || *status > 599) return fail("no status line of HTTP/1.1");
  head_.status = static_cast<unsigned>(*status);
  return true;
}

// Makes the name small in place.
bool HttpDecoder::parse_field(char* line, std::size_t size) {
  const std::string_view text(line, size);
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) return fail("a field without a colon");
  HttpField field;
  field.name = text.substr(0, colon);
  field.value = trimmed(text.substr(colon + 1));
  if (!is_token(field.name)) return fail("a field name that is no token, or a folded line");
  if (!std::ranges::all_of(field.value, is_value_char)) return fail("a control byte in a value");
  for (std::size_t i = 0; i < colon; ++i) {
    if (line[i] >= 'A' && line[i] <= 'Z') line[i] = static_cast<char>(line[i] - 'A' + 'a');
  }
  head_.fields.push_back(field);
  return true;
}

bool HttpDecoder::find_framing() {
  const std::size_t encodings = head_.count("transfer-encoding");
  const std::size_t lengths = head_.count("content-length");
  if (encodings > 1 || lengths > 1) return fail("a framing field twice");
  if (encodings == 1 && lengths == 1) return fail("Content-Length and Transfer-Encoding");
  if (encodings == 1 && *head_.find("transfer-encoding") != "chunked") {
    return fail("a transfer coding other than chunked");
  }
  if (lengths == 1 && !find_length()) return false;
  const bool is_response = role_ == HttpRole::response;
  const bool bare = is_response && (head_.status < 200 || head_.status == 204);
  if (bare && encodings + lengths > 0) return fail("framing on a status that has no body");
  if (bare || (is_response && (answers_head_ || head_.status == 304))) {
    head_.framing = HttpFraming::none;
  } else if (encodings == 1) {
    head_.framing = HttpFraming::chunked;
  } else if (lengths == 1) {
    head_.framing = HttpFraming::length;
  } else {
    head_.framing = is_response ? HttpFraming::until_end : HttpFraming::none;
  }
  return true;
}

bool HttpDecoder::find_length() {
  const std::optional<std::uint64_t> length = parse_decimal(*head_.find("content-length"));
  if (!length || *length > (std::uint64_t{1} << 60)) return fail("a Content-Length that is none");
  head_.length = *length;
  return true;
}

HttpPart HttpDecoder::read_body(ConstBytes& unread) {
  const bool is_chunk = head_.framing == HttpFraming::chunked;
  const bool is_endless = head_.framing == HttpFraming::until_end;
  if (left_ == 0 && !is_endless) return end_message();
  if (unread.empty()) return HttpPart::more;
  const std::uint64_t wanted = is_endless ? unread.size() : left_;
  body_ = unread.first(static_cast<std::size_t>(std::min<std::uint64_t>(wanted, unread.size())));
  unread = unread.subspan(body_.size());
  if (!is_endless) left_ -= body_.size();
  if (is_chunk && left_ == 0) {
    text_.clear();
    line_ = 0;
    state_ = State::chunk_end;
  }
  return HttpPart::body;
}

HttpPart HttpDecoder::read_chunk_size(ConstBytes& unread) {
  if (line_ != 0) text_.clear();  // what is left of the head; its views end here
  line_ = 0;
  if (unread.empty()) return HttpPart::more;
  const std::optional<std::string_view> line = read_line(unread, kLineBytesMax);
  if (!line) return state_ == State::malformed ? HttpPart::malformed : HttpPart::more;
  const std::optional<std::uint64_t> size = parse_hexadecimal(*line);
  if (!size) {
    fail(fmt::format("\"{}\" is no chunk size", *line));
    return HttpPart::malformed;
  }
  text_.clear();
  left_ = *size;
  trailer_bytes_ = 0;
  state_ = left_ > 0 ? State::body : State::trailer;
  return next(unread);
}

HttpPart HttpDecoder::read_chunk_end(ConstBytes& unread) {
  const std::optional<std::string_view> line = read_line(unread, kLineBytesMax);
  if (!line) return state_ == State::malformed ? HttpPart::malformed : HttpPart::more;
  if (!line->empty()) {
    fail("a chunk that is longer than its size");
    return HttpPart::malformed;
  }
  text_.clear();
  state_ = State::chunk_size;
  return read_chunk_size(unread);
}

HttpPart HttpDecoder::read_trailer(ConstBytes& unread) {
  for (;;) {
    const std::optional<std::string_view> line = read_line(unread, kTrailerBytesMax);
    if (!line) return state_ == State::malformed ? HttpPart::malformed : HttpPart::more;
    if (line->empty()) return end_message();
    trailer_bytes_ += line->size();
    if (trailer_bytes_ > kTrailerBytesMax) fail("a trailer that does not end");
    if (state_ == State::malformed || !parse_field(text_.data(), line->size())) {
      return HttpPart::malformed;
    }
    if (is_framing_or_routing(head_.fields.back().name)) {
      fail("a trailer field that belongs into a head");
      return HttpPart::malformed;
    }
    head_.fields.pop_back();  // nobody asks for them
    text_.clear();
  }
}

HttpPart HttpDecoder::end_message() {
  state_ = State::start;
  answers_head_ = false;
  return HttpPart::end;
}

bool HttpDecoder::fail(std::string story) {
  state_ = State::malformed;
  story_ = std::move(story);
  return false;
}

const std::string_view* HttpHead::find(std::string_view name) const noexcept {
  const auto found = std::ranges::find(fields, name, &HttpField::name);
  return found != fields.end() ? &found->value : nullptr;
}

const HttpField* HttpHead::stray() const noexcept {
  const auto found = std::ranges::find_if(fields, [](const HttpField& field) {
    return field.name == http_fields::kHop || field.name == "keep-alive";
  });
  return found == fields.end() ? nullptr : &*found;
}

std::size_t HttpHead::count(std::string_view name) const noexcept {
  return static_cast<std::size_t>(std::ranges::count(fields, name, &HttpField::name));
}

}  // namespace weir::sim::model
