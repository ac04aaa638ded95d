#pragma once
// HttpTrouble: how a model HTTP backend misbehaves: what, how often, when, and on which requests.
// A backend has a list of them; the first that applies to a request is done to it.
//
//   HttpTrouble errors{.what = HttpTrouble::What::error, .share = {1, 2}, .from = 15s, .until =
//   45s}; const HttpTrouble* trouble = find_trouble(list, since_the_beginning, is_probe, random);
//
// One that is on `data` alone is a gray failure: probes see nothing of it. malformed_answer() makes
// answers that no proxy may forward.

#include <cstdint>
#include <string>
#include <vector>

#include "base/random.hpp"
#include "sim/model/http_message.hpp"
#include "sim/model/law.hpp"

namespace weir::sim::model {

// Ways to break the framing rules of RFC 9112 in an answer.
enum class HttpMalformed : std::uint8_t {
  any,  // drawn for each answer
  both_framings,
  two_lengths,
  signed_length,
  bad_status,
  bare_lf,
  folded_line,
  no_colon,
  control_byte,
  odd_coding,
  bad_chunk_size,
  long_chunk,
  endless_head,
};

inline constexpr std::size_t kHttpMalformed = 13;

struct HttpTrouble {
  enum class What : std::uint8_t {
    none,
    error,        // answers `status` at once
    slow,         // answers `extra` later
    stall,        // never answers
    malformed,    // answers what is no answer
    early,        // answers before it has read the request's body
    close,        // ends the connection after `at` bytes of the answer
    reset,        // resets it after `at` bytes of the answer
    truncate,     // ends the connection in the middle of the answer's body
    unsolicited,  // sends a second answer right behind the first, or `extra` later
    interim,      // sends `interims` answers of 1xx before the final one
  };
  enum class On : std::uint8_t { data, probes, both };

  What what = What::none;
  On on = On::data;
  Ratio share{1, 1};  // of requests
  Duration from{0};   // since the beginning of the run
  Duration until = Duration::max();
  unsigned status = 503;
  Law extra{};
  std::uint64_t at = 0;
  std::uint64_t interims = 1;
  HttpMalformed how = HttpMalformed::any;
};

inline constexpr std::size_t kHttpTroubles = 11;

const char* to_string(HttpTrouble::What what) noexcept;
const char* to_string(HttpMalformed how) noexcept;

// Null when nothing is wrong with this request. Draws once for each trouble with a share.
const HttpTrouble* find_trouble(const std::vector<HttpTrouble>& troubles, Duration since_start,
                                bool is_probe, Random& random);

// A whole answer, body included, that carries this tag. `how` is not `any`.
std::string malformed_answer(HttpMalformed how, const HttpTag& tag);

}  // namespace weir::sim::model
