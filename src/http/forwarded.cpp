#include "http/forwarded.hpp"

#include <algorithm>
#include <array>

#include "http/chars.hpp"

namespace weir::http {
namespace {

// The last elements of all lines of one list field, oldest first.
class LastElements {
 public:
  explicit LastElements(unsigned wanted) noexcept : wanted_(wanted) {}

  void add(std::string_view element) noexcept {
    element = trimmed(element);
    if (element.empty() || wanted_ == 0) return;
    if (count_ == wanted_) {
      std::shift_left(kept_.begin(), kept_.begin() + count_, 1);
      --count_;
    }
    kept_[count_++] = element;
  }

  std::span<const std::string_view> get() const noexcept { return {kept_.data(), count_}; }

 private:
  unsigned wanted_;
  unsigned count_ = 0;
  std::array<std::string_view, kTrustedHopsMax> kept_;
};

// Splits at commas; if `quotes`, not at those in quoted strings. False if a quote is left open.
bool add_list(LastElements& to, std::string_view list, bool quotes) noexcept {
  bool quoted = false;
  std::size_t start = 0;
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (quotes && quoted && list[i] == '\\') {
      ++i;
    } else if (quotes && list[i] == '"') {
      quoted = !quoted;
    } else if (!quoted && list[i] == ',') {
      to.add(list.substr(start, i - start));
      start = i + 1;
    }
  }
  to.add(list.substr(start));
  return !quoted;
}

LastElements last_elements(const Origin& origin, FieldId id, unsigned wanted) noexcept {
  LastElements last(wanted);
  if (wanted == 0) return last;
  for (const Field& field : origin.fields) {
    if (field.id != id) continue;
    const LastElements before = last;
    const bool quotes = id == FieldId::forwarded;
    if (add_list(last, field.value, quotes)) continue;
    // With a quote that it leaves open, a client would swallow what the proxies behind it added.
    last = before;
    add_list(last, field.value, false);
  }
  return last;
}

void put_elements(HeadCursor& cursor, const LastElements& elements) noexcept {
  for (const std::string_view element : elements.get()) {
    cursor.put(element);
    cursor.put(", ");
  }
}

// What the nearest proxy says, if it is believed and says something; else what is known here.
std::string_view believed(const Origin& origin, FieldId id, const ForwardPolicy& policy,
                          std::string_view known) noexcept {
  if (policy.options().trusted_hops == 0) return known;
  const LastElements last = last_elements(origin, id, 1);
  return last.get().empty() ? known : last.get().front();
}

void put_quoted_unless_token(HeadCursor& cursor, std::string_view text) noexcept {
  if (is_token(text)) return cursor.put(text);
  cursor.put("\"");
  cursor.put(text);  // an authority: nothing in it needs a backslash
  cursor.put("\"");
}

// RFC 7239, 6: an IPv6 address stands in brackets, and those in quotes.
void put_node(HeadCursor& cursor, std::string_view address) noexcept {
  if (!address.contains(':')) return cursor.put(address);
  cursor.put("\"[");
  cursor.put(address);
  cursor.put("]\"");
}

}  // namespace

void put_x_forwarded(HeadCursor& cursor, const Origin& origin,
                     const ForwardPolicy& policy) noexcept {
  cursor.put("X-Forwarded-For: ");
  put_elements(cursor,
               last_elements(origin, FieldId::x_forwarded_for, policy.options().trusted_hops));
  cursor.put(origin.client);
  cursor.put("\r\n");
  cursor.line("X-Forwarded-Proto",
              believed(origin, FieldId::x_forwarded_proto, policy, origin.scheme));
  const std::string_view host =
      believed(origin, FieldId::x_forwarded_host, policy, origin.authority);
  if (!host.empty()) cursor.line("X-Forwarded-Host", host);
}

void put_forwarded(HeadCursor& cursor, const Origin& origin, const ForwardPolicy& policy) noexcept {
  cursor.put("Forwarded: ");
  put_elements(cursor, last_elements(origin, FieldId::forwarded, policy.options().trusted_hops));
  cursor.put("for=");
  put_node(cursor, origin.client);
  if (!origin.authority.empty()) {
    cursor.put(";host=");
    put_quoted_unless_token(cursor, origin.authority);
  }
  cursor.put(";proto=");
  cursor.put(origin.scheme);
  cursor.put("\r\n");
}

}  // namespace weir::http
