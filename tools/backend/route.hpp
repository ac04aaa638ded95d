#pragma once
// Which page a request asks for. Pure: a method and a target go in, a Route comes out.
//
//   const Route route = find_route(request.method, "/bytes/1000?chunked=1");

#include <cstdint>
#include <string>
#include <string_view>

#include "backend/request_parser.hpp"

namespace weir::backend {

inline constexpr std::uint64_t kBytesMax = std::uint64_t{16} << 30;  // of /bytes/N
inline constexpr std::uint64_t kSlowMsMax = 3'600'000;               // of /slow?ms=N

enum class Page : std::uint8_t {
  hello,
  bytes,
  slow,
  status,
  echo,
  health,
  stats,
  control,
  not_found,           // no such path
  bad_number,          // a number is missing, no number or too large; `takes` says what to write
  method_not_allowed,  // `allow` lists what is
};

struct Route {
  Page page = Page::not_found;
  std::uint64_t number = 0;  // of /bytes/N, /status/N, /slow?ms=N
  bool chunked = false;      // of /bytes/N?chunked=1
  std::string_view query;    // what follows the '?'
  std::string_view allow;
  std::string_view takes;
};

// The views are into `target` or static.
Route find_route(Method method, std::string_view target);

std::string describe_paths();  // one line a path

}  // namespace weir::backend
