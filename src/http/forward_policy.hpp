#pragma once
// ForwardPolicy: what a route does to the fields of the messages that it forwards. Immutable; made
// once from a configuration and shared by all that meet the route.
//
//   const ForwardPolicy policy(ForwardOptions{.trusted_hops = 1, .forwarded = true});
//   append_request_head(out, head, policy, hop);
//
// trusted_hops is the number of proxies in front of this one that are ours. With 0 everything that
// a client says about where it comes from is replaced by what is known. With N the last N entries
// of X-Forwarded-For and Forwarded are kept before the new one, and X-Forwarded-Proto, -Host and
// X-Request-Id are believed.

#include <cstddef>
#include <string>
#include <string_view>

namespace weir::http {

inline constexpr unsigned kTrustedHopsMax = 16;

struct ForwardOptions {
  unsigned trusted_hops = 0;           // at most kTrustedHopsMax
  bool x_forwarded = true;             // write X-Forwarded-For, -Proto and -Host; else remove them
  bool forwarded = false;              // write Forwarded (RFC 7239); else remove it
  bool request_id = true;              // write X-Request-Id; else leave the client's alone
  std::string via = "weir";            // the pseudonym in Via, a token; "" adds no Via
  std::string host = {};               // instead of the client's Host; "" keeps it
  std::string fallback_host = "weir";  // for an HTTP/1.0 request that names none
};

class ForwardPolicy {
 public:
  explicit ForwardPolicy(ForwardOptions options);

  const ForwardOptions& options() const noexcept { return options_; }

  // "Via: 1.1 weir\r\n", or "".
  std::string_view via_line(unsigned minor) const noexcept {
    return minor == 0 ? via_lines_[0] : via_lines_[1];
  }
  std::size_t constant_bytes_max() const noexcept { return constant_bytes_max_; }

 private:
  ForwardOptions options_;
  std::string via_lines_[2];
  std::size_t constant_bytes_max_;  // that this policy adds to any head
};

}  // namespace weir::http
