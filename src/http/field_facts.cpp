#include "http/field_facts.hpp"

#include <optional>

#include "http/chars.hpp"
#include "http/limits.hpp"

namespace weir::http {
namespace {

constexpr std::size_t kLengthDigitsMax = 19;  // of 2^63 - 1, kBodyBytesMax

std::optional<std::uint64_t> length_of(std::string_view digits) noexcept {
  if (digits.empty() || digits.size() > kLengthDigitsMax) return {};
  std::uint64_t length = 0;
  for (const char digit : digits) {
    if (!is(kDigit, digit)) return {};
    length = length * 10 + static_cast<unsigned>(digit - '0');  // 19 digits fit into 64 bits
  }
  if (length > kBodyBytesMax) return {};
  return length;
}

// Of the two fields that frame a body.
struct FramingFields {
  unsigned lengths = 0;
  unsigned codings = 0;
  std::string_view length;
  std::string_view coding;
};

std::string_view problem_of(const FramingFields& fields, unsigned minor) noexcept {
  if (fields.lengths > 1) return "there is more than one Content-Length";
  if (fields.codings == 0) return {};
  if (fields.lengths > 0) return "there are both Content-Length and Transfer-Encoding";
  if (fields.codings > 1) return "there is more than one Transfer-Encoding";
  if (minor == 0) return "HTTP/1.0 has no Transfer-Encoding";
  if (!equal_ignoring_case(fields.coding, "chunked")) {
    return "the only Transfer-Encoding that is taken is chunked";
  }
  return {};
}

OrRefusal<Body> framing_of(const FramingFields& fields, unsigned minor) noexcept {
  const std::string_view problem = problem_of(fields, minor);
  if (!problem.empty()) return std::unexpected(Refusal{400, problem});
  if (fields.codings == 1) return Body{Body::Kind::chunked};
  if (fields.lengths == 0) return Body{};
  const std::optional<std::uint64_t> length = length_of(fields.length);
  if (!length) return std::unexpected(Refusal{400, "the Content-Length is not a number"});
  return Body{Body::Kind::length, *length};
}

void read_connection(std::string_view options, FieldFacts& facts) noexcept {
  for (;;) {
    const std::string_view option = next_list_element(options);
    if (option.empty()) return;
    ++facts.connection_options;
    if (equal_ignoring_case(option, "close")) facts.close = true;
    if (equal_ignoring_case(option, "keep-alive")) facts.keep_alive = true;
    if (equal_ignoring_case(option, "upgrade")) facts.connection_upgrade = true;
  }
}

bool is_framing_alias(std::string_view name) noexcept {
  const FieldId id = unaliased_id(name);
  return id == FieldId::content_length || id == FieldId::transfer_encoding;
}

}  // namespace

OrRefusal<FieldFacts> read_fields(std::span<const Field> fields, unsigned minor) noexcept {
  FieldFacts facts;
  FramingFields framing;
  for (const Field& field : fields) {
    switch (field.id) {
      case FieldId::content_length:
        ++framing.lengths;
        framing.length = field.value;
        break;
      case FieldId::transfer_encoding:
        ++framing.codings;
        framing.coding = field.value;
        break;
      case FieldId::host:
        ++facts.hosts;
        facts.host = field.value;
        break;
      case FieldId::upgrade:
        ++facts.upgrades;
        facts.upgrade = field.value;
        break;
      case FieldId::expect:
        ++facts.expects;
        facts.expect = field.value;
        break;
      case FieldId::max_forwards:
        ++facts.max_forwards_count;
        facts.max_forwards = field.value;
        break;
      case FieldId::connection: read_connection(field.value, facts); break;
      case FieldId::te: facts.te_trailers |= list_contains(field.value, "trailers"); break;
      case FieldId::alias:
        if (is_framing_alias(field.name)) {
          return std::unexpected(Refusal{400, "a framing field is spelt with an underscore"});
        }
        break;
      default: break;
    }
  }
  if (facts.connection_options > kConnectionOptionsMax) {
    return std::unexpected(Refusal{400, "Connection names too many options"});
  }
  const OrRefusal<Body> body = framing_of(framing, minor);
  if (!body) return std::unexpected(body.error());
  facts.framing = *body;
  return facts;
}

}  // namespace weir::http
