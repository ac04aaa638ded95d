#include "http/target.hpp"

#include <algorithm>

#include "http/chars.hpp"

namespace weir::http {
namespace {

std::unexpected<Refusal> refused(std::uint16_t status, std::string_view reason) noexcept {
  return std::unexpected(Refusal{status, reason});
}

bool is_port(std::string_view text) noexcept {
  if (text.empty() || text.size() > 5 || !all_are(kDigit, text)) return false;
  unsigned port = 0;
  for (const char digit : text) port = port * 10 + static_cast<unsigned>(digit - '0');
  return port <= 65535;
}

// The size of "http://" or "https://" before the authority; 0 if it is neither.
std::size_t scheme_size(std::string_view target) noexcept {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (equal_ignoring_case(target.substr(0, scheme.size()), scheme)) return scheme.size();
  }
  return 0;
}

}  // namespace

OrRefusal<Target> read_target(Method method, std::string_view target,
                              std::string_view host) noexcept {
  if (method == Method::connect) return refused(501, "CONNECT is not offered here");
  if (!host.empty() && !is_authority(host)) return refused(400, "the Host field is not valid");
  if (target[0] == '/') return Target{target, host};
  if (target == "*") {
    if (method == Method::options) return Target{target, host};
    return refused(400, "the target * is for OPTIONS only");
  }
  const std::size_t scheme = scheme_size(target);
  if (scheme == 0) return refused(400, "the request target is neither a path nor an http URL");
  target.remove_prefix(scheme);
  const std::size_t end = std::min(target.find_first_of("/?"), target.size());
  const std::string_view authority = target.substr(0, end);
  if (!is_authority(authority)) return refused(400, "the host of the request target is not valid");
  const std::string_view path = target.substr(end);
  // RFC 9112, 3.2.4: this is how a client asks a proxy about a server as a whole.
  if (path.empty() && method == Method::options) return Target{"*", authority};
  return Target{path, authority};
}

bool is_authority(std::string_view text) noexcept {
  std::size_t host = 0;
  if (text.starts_with('[')) {
    const std::size_t bracket = text.find(']');
    if (bracket == std::string_view::npos || bracket < 3) return false;
    for (const char c : text.substr(1, bracket - 1)) {
      if (!is(kHexDigit, c) && c != ':' && c != '.') return false;
    }
    host = bracket + 1;
  } else {
    while (host < text.size() && is(kHostChar, text[host])) ++host;
    if (host == 0) return false;
  }
  if (host == text.size()) return true;
  return text[host] == ':' && is_port(text.substr(host + 1));
}

}  // namespace weir::http
