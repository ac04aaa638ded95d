#include "http/head_writer.hpp"

#include <algorithm>
#include <array>
#include <span>

#include "http/field_facts.hpp"
#include "http/forwarded.hpp"
#include "http/head_cursor.hpp"

namespace weir::http {
namespace {

// The names in Connection that are not known ones: the fields that go no further by their
// sender's wish.
class Nominations {
 public:
  void add(std::string_view list) noexcept {
    while (count_ < names_.size()) {
      const std::string_view name = next_list_element(list);
      if (name.empty()) return;
      const bool option = equal_ignoring_case(name, "close");
      if (!option && field_id(name) == FieldId::other) names_[count_++] = name;
    }
  }

  bool contain(std::string_view name) const noexcept {
    const auto end = names_.begin() + count_;
    return std::any_of(names_.begin(), end, [&](auto n) { return equal_ignoring_case(n, name); });
  }

 private:
  std::array<std::string_view, kConnectionOptionsMax> names_;  // the parsers allow no more
  std::size_t count_ = 0;
};

// What must be known of the fields before the first of them is written.
struct Survey {
  Nominations nominated;
  std::size_t bytes_max = 0;  // all of them as lines
};

Survey survey(std::span<const Field> fields) noexcept {
  Survey found;
  for (const Field& field : fields) {
    found.bytes_max += field.name.size() + field.value.size() + 4;
    if (field.id == FieldId::connection) found.nominated.add(field.value);
  }
  return found;
}

// Of one hop, of our own making, or not to be believed: in both directions.
bool is_hop_by_hop(FieldId id) noexcept {
  switch (id) {
    case FieldId::alias:
    case FieldId::connection:
    case FieldId::content_length:
    case FieldId::transfer_encoding:
    case FieldId::te:
    case FieldId::upgrade:
    case FieldId::keep_alive:
    case FieldId::proxy_connection:
    case FieldId::http2_settings: return true;
    default: return false;
  }
}

bool goes_upstream(const Field& field, const RequestHead& head, const ForwardPolicy& policy,
                   const Nominations& nominated) noexcept {
  switch (field.id) {
    case FieldId::other: return !nominated.contain(field.name);
    case FieldId::host:
    case FieldId::expect:
    case FieldId::forwarded:
    case FieldId::x_forwarded_for:
    case FieldId::x_forwarded_proto:
    case FieldId::x_forwarded_host: return false;
    case FieldId::x_request_id: return !policy.options().request_id;
    case FieldId::x_real_ip: return policy.options().trusted_hops > 0;
    case FieldId::max_forwards: return !head.max_forwards;
    case FieldId::trailer: return head.body.kind == Body::Kind::chunked;
    default: return !is_hop_by_hop(field.id);
  }
}

void put_framing(HeadCursor& cursor, const Body& body) noexcept {
  if (body.kind == Body::Kind::chunked) cursor.put("Transfer-Encoding: chunked\r\n");
  if (body.kind != Body::Kind::length) return;
  cursor.put("Content-Length: ");
  cursor.put_number(body.length);
  cursor.put("\r\n");
}

void put_max_forwards(HeadCursor& cursor, std::uint32_t received) noexcept {
  cursor.put("Max-Forwards: ");
  cursor.put_number(received - 1);
  cursor.put("\r\n");
}

// Connection, and the fields that it has to name.
void put_upstream_connection(HeadCursor& cursor, const RequestHead& head,
                             const RequestHop& hop) noexcept {
  if (head.upgrade.empty() && !head.accepts_trailers) {
    if (!hop.keep_alive) cursor.put("Connection: close\r\n");
    return;
  }
  if (!head.upgrade.empty()) cursor.line("Upgrade", head.upgrade);
  if (head.accepts_trailers) cursor.put("TE: trailers\r\n");
  cursor.put("Connection: ");
  if (!head.upgrade.empty()) cursor.put(head.accepts_trailers ? "upgrade, TE" : "upgrade");
  if (head.upgrade.empty()) cursor.put("TE");
  cursor.put(hop.keep_alive ? "\r\n" : ", close\r\n");
}

void put_status_line(HeadCursor& cursor, const ResponseHead& head) noexcept {
  cursor.put("HTTP/1.1 ");
  cursor.put_number(head.status);
  cursor.put(" ");
  cursor.put(head.reason);
  cursor.put("\r\n");
}

void put_client_connection(HeadCursor& cursor, const ResponseHead& head, const Framing& framing,
                           const ResponseHop& hop) noexcept {
  if (head.tunnel) {
    if (head.status == 101) {
      cursor.line("Upgrade", head.upgrade);
      cursor.put("Connection: upgrade\r\n");
    }
  } else if (!head.interim()) {
    if (!framing.keep_alive) cursor.put("Connection: close\r\n");
    if (framing.keep_alive && hop.minor == 0) cursor.put("Connection: keep-alive\r\n");
  }
}

}  // namespace

void append_request_head(std::string& out, const RequestHead& head, const ForwardPolicy& policy,
                         const RequestHop& hop) {
  const ForwardOptions& options = policy.options();
  const Survey found = survey(head.fields);
  const std::string_view request_id = request_id_of(head, policy, hop);
  const std::size_t bytes_max = policy.constant_bytes_max() + found.bytes_max +
                                head.method_text.size() + head.path.size() +
                                3 * head.authority.size() + 2 * hop.client.size() +
                                2 * hop.scheme.size() + request_id.size() + head.upgrade.size();
  append_text<HeadCursor>(out, bytes_max, [&](HeadCursor& cursor) {
    cursor.put(head.method_text);
    cursor.put(" ");
    cursor.put(head.path);
    cursor.put(" HTTP/1.1\r\n");
    const std::string_view named = head.authority.empty() ? options.fallback_host : head.authority;
    cursor.line("Host", options.host.empty() ? named : options.host);
    for (const Field& field : head.fields) {
      if (goes_upstream(field, head, policy, found.nominated)) cursor.field(field);
    }
    put_framing(cursor, head.body);
    if (head.expects_continue && hop.expect_continue) cursor.put("Expect: 100-continue\r\n");
    if (head.max_forwards) put_max_forwards(cursor, *head.max_forwards);
    const Origin origin{hop.client, hop.scheme, head.authority, head.fields};
    if (options.x_forwarded) put_x_forwarded(cursor, origin, policy);
    if (options.forwarded) put_forwarded(cursor, origin, policy);
    if (!request_id.empty()) cursor.line("X-Request-Id", request_id);
    cursor.put(policy.via_line(head.minor));
    put_upstream_connection(cursor, head, hop);
    cursor.put("\r\n");
  });
}

std::string_view request_id_of(const RequestHead& head, const ForwardPolicy& policy,
                               const RequestHop& hop) noexcept {
  if (!policy.options().request_id) return {};
  if (policy.options().trusted_hops == 0) return hop.request_id;
  for (const Field& field : head.fields) {
    const bool one = field.id == FieldId::x_request_id && is_token(field.value);
    if (one && field.value.size() <= kRequestIdBytesMax) return field.value;
  }
  return hop.request_id;
}

Framing client_framing(const ResponseHead& head, const ResponseHop& hop) noexcept {
  if (head.tunnel) return {Body{}, false};
  const bool streamed =
      head.body.kind == Body::Kind::chunked || head.body.kind == Body::Kind::until_close;
  if (!streamed) return {head.body, hop.keep_alive};
  // RFC 9112, 7: chunks are not for HTTP/1.0.
  if (hop.minor == 0) return {Body{Body::Kind::until_close}, false};
  return {Body{Body::Kind::chunked}, hop.keep_alive};
}

Framing append_response_head(std::string& out, const ResponseHead& head,
                             const ForwardPolicy& policy, const ResponseHop& hop) {
  const Survey found = survey(head.fields);
  const Framing framing = client_framing(head, hop);
  const std::size_t bytes_max = policy.constant_bytes_max() + found.bytes_max + head.reason.size() +
                                hop.date.size() + head.upgrade.size();
  append_text<HeadCursor>(out, bytes_max, [&](HeadCursor& cursor) {
    put_status_line(cursor, head);
    bool dated = head.interim() || hop.date.empty();
    for (const Field& field : head.fields) {
      if (is_hop_by_hop(field.id)) continue;
      if (field.id == FieldId::trailer && framing.body.kind != Body::Kind::chunked) continue;
      if (field.id == FieldId::other && found.nominated.contain(field.name)) continue;
      if (field.id == FieldId::date) dated = true;
      cursor.field(field);
    }
    put_framing(cursor, framing.body.kind == Body::Kind::none ? head.described : framing.body);
    if (!dated) cursor.line("Date", hop.date);  // RFC 9110, 6.6.1
    cursor.put(policy.via_line(head.minor));
    put_client_connection(cursor, head, framing, hop);
    cursor.put("\r\n");
  });
  return framing;
}

void append_chunk_head(std::string& out, std::uint64_t bytes) {
  std::array<char, kChunkHeadBytesMax> text;
  char* const end = std::to_chars(text.data(), text.data() + 16, bytes, 16).ptr;
  out.append(text.data(), end).append("\r\n");
}

void append_last_chunk(std::string& out, std::string_view trailers) {
  out.append("0\r\n").append(trailers).append("\r\n");
}

}  // namespace weir::http
