#pragma once
// Target: which resource of which host a request asks for (RFC 9112, 3.2 and 3.3).
//
//   read_target(Method::get, "http://a.example/x?y", "b.example")  ->  "a.example", "/x?y"
//
// The authority of an absolute target wins over Host, as 3.2.2 demands. CONNECT is refused with
// 501: Weir is no forward proxy. Hosts are checked strictly: letters, digits, "-._~" or an address
// in brackets, and a port; no user, no percent, no empty port. Nothing is decoded or normalised.

#include <string_view>

#include "http/head.hpp"
#include "http/refusal.hpp"

namespace weir::http {

struct Target {
  std::string_view path;  // "" or "?query" for an absolute target that has no path
  std::string_view authority;
};

// `host` is the value of Host, "" if there is none; `target` has visible ASCII only, and no '#'.
OrRefusal<Target> read_target(Method method, std::string_view target,
                              std::string_view host) noexcept;

bool is_authority(std::string_view text) noexcept;  // "a.example", "[::1]:8080"

}  // namespace weir::http
