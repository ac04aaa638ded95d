#pragma once
// Answer: what is to be sent for one request, decided before a byte of it is sent.
//
//   const Answer answer = plan(request, route, settings, site.hello(), random);
//   std::size_t size = write_head(answer, name, date, buffer);
//
// Pure: the request, the settings and the random draws decide everything.

#include <cstdint>
#include <string>
#include <string_view>

#include "backend/pattern.hpp"
#include "backend/request_parser.hpp"
#include "backend/route.hpp"
#include "backend/settings.hpp"
#include "base/bytes.hpp"
#include "base/random.hpp"

namespace weir::backend {

enum class Fate : std::uint8_t {
  whole,        // sent to its end
  reset,        // reset in its middle
  close_early,  // ended in its middle
  never,        // not sent: the connection is read until the client gives up
};

enum class Source : std::uint8_t {
  text,     // text()
  pattern,  // `length` bytes of the pattern
  echo,     // the body of the request
};

struct Answer {
  std::uint16_t status = 200;
  Source source = Source::text;
  Fate fate = Fate::whole;
  Framing framing = Framing::identity;
  bool is_json = false;
  bool head_only = false;       // for HEAD: Content-Length, but no body
  bool close = false;           // the connection ends with it
  bool injected = false;        // a failure that the settings asked for
  Duration delay{};             // before its first byte
  std::uint64_t length = 0;     // of a pattern or echo that is not chunked
  std::string_view allow;       // of 405
  std::string_view fixed_text;  // lives as long as the site
  std::string made_text;

  std::string_view text() const noexcept {
    return made_text.empty() ? fixed_text : std::string_view(made_text);
  }
  // Whether `status` allows a body at all (RFC 9110, 6.4.1).
  bool has_body() const noexcept { return status != 204 && status != 304; }
};

// `hello` is the text of the page / and outlives the answer. Of /stats and /control it plans
// everything but the text.
Answer plan(const Request& request, const Route& route, const Settings& settings,
            std::string_view hello, Random& random);

// The answer to what could not be parsed; the connection ends with it.
Answer refuse(const RequestParser::Refusal& refusal);

inline constexpr std::size_t kNameBytesMax = 64;
inline constexpr std::size_t kHeadBytesMax = 512;  // what write_head() may write

// `name` has at most kNameBytesMax bytes, `date` is an IMF-fixdate (RFC 9110, 5.6.7).
std::size_t write_head(const Answer& answer, std::string_view name, std::string_view date,
                       MutableBytes into);

}  // namespace weir::backend
