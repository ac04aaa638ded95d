#include "http/field.hpp"

#include <algorithm>
#include <array>
#include <cstring>

#include "http/chars.hpp"

namespace weir::http {
namespace {

struct Known {
  std::string_view name;
  FieldId id;
};

// In the order of their lengths: a name is compared with those of its own length only.
constexpr auto kKnown = std::to_array<Known>({
    {"te", FieldId::te},
    {"age", FieldId::age},
    {"via", FieldId::via},
    {"date", FieldId::date},
    {"host", FieldId::host},
    {"vary", FieldId::vary},
    {"range", FieldId::range},
    {"cookie", FieldId::cookie},
    {"expect", FieldId::expect},
    {"origin", FieldId::origin},
    {"pragma", FieldId::pragma},
    {"server", FieldId::server},
    {"expires", FieldId::expires},
    {"trailer", FieldId::trailer},
    {"upgrade", FieldId::upgrade},
    {"warning", FieldId::warning},
    {"if-match", FieldId::if_match},
    {"if-range", FieldId::if_range},
    {"location", FieldId::location},
    {"forwarded", FieldId::forwarded},
    {"x-real-ip", FieldId::x_real_ip},
    {"connection", FieldId::connection},
    {"keep-alive", FieldId::keep_alive},
    {"set-cookie", FieldId::set_cookie},
    {"retry-after", FieldId::retry_after},
    {"content-type", FieldId::content_type},
    {"max-forwards", FieldId::max_forwards},
    {"proxy-status", FieldId::proxy_status},
    {"x-request-id", FieldId::x_request_id},
    {"authorization", FieldId::authorization},
    {"cache-control", FieldId::cache_control},
    {"content-range", FieldId::content_range},
    {"if-none-match", FieldId::if_none_match},
    {"content-length", FieldId::content_length},
    {"http2-settings", FieldId::http2_settings},
    {"x-forwarded-for", FieldId::x_forwarded_for},
    {"content-encoding", FieldId::content_encoding},
    {"proxy-connection", FieldId::proxy_connection},
    {"www-authenticate", FieldId::www_authenticate},
    {"x-forwarded-host", FieldId::x_forwarded_host},
    {"if-modified-since", FieldId::if_modified_since},
    {"transfer-encoding", FieldId::transfer_encoding},
    {"x-forwarded-proto", FieldId::x_forwarded_proto},
    {"proxy-authenticate", FieldId::proxy_authenticate},
    {"if-unmodified-since", FieldId::if_unmodified_since},
    {"proxy-authorization", FieldId::proxy_authorization},
});

constexpr std::size_t kLongest = kKnown.back().name.size();

static_assert(std::ranges::is_sorted(kKnown, {}, [](const Known& k) { return k.name.size(); }));

// kFirst[n] is where the names of n bytes begin; kFirst[n + 1] where they end.
constexpr auto kFirst = [] {
  std::array<std::uint8_t, kLongest + 2> first{};
  for (std::size_t size = 0; size < first.size(); ++size) {
    std::size_t at = 0;
    while (at < kKnown.size() && kKnown[at].name.size() < size) ++at;
    first[size] = static_cast<std::uint8_t>(at);
  }
  return first;
}();

// Eight letters, digits or dashes in lower case. Of other bytes only controls look like one of
// them then, and no head has any.
std::uint64_t eight_in_lower_case(const char* at) noexcept {
  std::uint64_t eight;
  std::memcpy(&eight, at, sizeof eight);
  return eight | 0x2020202020202020;
}

// `known` is in lower case and as long as `name`. First and last byte tell most names apart.
bool same(std::string_view known, std::string_view name) noexcept {
  const std::size_t size = known.size();
  if (known.front() != lower(name.front()) || known.back() != lower(name.back())) return false;
  const auto differ = [&](std::size_t at) {
    return eight_in_lower_case(known.data() + at) != eight_in_lower_case(name.data() + at);
  };
  std::size_t at = 0;
  for (; at + 8 <= size; at += 8) {
    if (differ(at)) return false;
  }
  if (size >= 8) return !differ(size - 8);
  for (; at < size; ++at) {
    if (known[at] != lower(name[at])) return false;
  }
  return true;
}

FieldId known_id(std::string_view name) noexcept {
  if (name.empty() || name.size() > kLongest) return FieldId::other;
  const std::size_t end = kFirst[name.size() + 1];
  for (std::size_t i = kFirst[name.size()]; i < end; ++i) {
    if (same(kKnown[i].name, name)) return kKnown[i].id;
  }
  return FieldId::other;
}

}  // namespace

FieldId field_id(std::string_view name) noexcept {
  const FieldId id = known_id(name);
  if (id != FieldId::other) return id;
  return unaliased_id(name) == FieldId::other ? FieldId::other : FieldId::alias;
}

FieldId unaliased_id(std::string_view name) noexcept {
  if (name.size() > kLongest || !name.contains('_')) return FieldId::other;
  std::array<char, kLongest> dashed;
  std::ranges::replace_copy(name, dashed.begin(), '_', '-');
  return known_id({dashed.data(), name.size()});
}

std::string_view to_string(FieldId id) noexcept {
  for (const Known& known : kKnown) {
    if (known.id == id) return known.name;
  }
  return "";
}

bool equal_ignoring_case(std::string_view a, std::string_view b) noexcept {
  return std::ranges::equal(a, b, {}, lower, lower);
}

bool is_token(std::string_view text) noexcept { return !text.empty() && all_are(kTokenChar, text); }

bool is_field_value(std::string_view text) noexcept { return all_are(kValueChar, text); }

std::string_view next_list_element(std::string_view& list) noexcept {
  while (!list.empty()) {
    const std::size_t comma = std::min(list.find(','), list.size());
    const std::string_view element = trimmed(list.substr(0, comma));
    list.remove_prefix(std::min(comma + 1, list.size()));
    if (!element.empty()) return element;
  }
  return {};
}

bool list_contains(std::string_view list, std::string_view element) noexcept {
  for (;;) {
    const std::string_view next = next_list_element(list);
    if (next.empty()) return false;
    if (equal_ignoring_case(next, element)) return true;
  }
}

}  // namespace weir::http
