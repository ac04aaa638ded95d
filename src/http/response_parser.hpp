#pragma once
// ResponseParser: turns the bytes of a complete response head into a ResponseHead, or says why not.
//
//   ResponseParser parser(limits);                      // one for each worker
//   const auto head = parser.parse(bytes.first(end.size), Asked{.method = request.method});
//
// A backend is trusted no more than a client: its framing has one reading, or the answer is a
// Refusal with 502. What was asked is needed because answers to HEAD and CONNECT have no body, and
// because only a client that offered an upgrade gets one. The fields are valid until the next
// parse(). Interim answers (1xx) are heads like others: parse again until !interim().

#include "base/bytes.hpp"
#include "http/head.hpp"
#include "http/limits.hpp"
#include "http/refusal.hpp"
#include "http/tokenizer.hpp"

namespace weir::http {

struct Asked {
  Method method = Method::get;
  bool upgrade = false;  // the request that was sent offers to switch protocols
};

class ResponseParser {
 public:
  explicit ResponseParser(const Limits& limits);

  OrRefusal<ResponseHead> parse(ConstBytes head, Asked asked);

 private:
  Tokenizer tokenizer_;
};

}  // namespace weir::http
