#pragma once
// RequestParser: turns the bytes of a complete request head into a RequestHead, or says why not.
//
//   RequestParser parser(limits);                       // one for each worker
//   const OrRefusal<RequestHead> head = parser.parse(bytes.first(end.size));   // see head_end.hpp
//
// llhttp splits the head into tokens; the rules of this folder decide. A request is accepted only
// if every recipient that follows RFC 9112 would read the same message from it: the classes that
// are refused, and why, are in the README. Does no I/O and, but for an absolute target without a
// path, allocates nothing. The head's fields are valid until the next parse().

#include <string>

#include "base/bytes.hpp"
#include "http/head.hpp"
#include "http/limits.hpp"
#include "http/refusal.hpp"
#include "http/tokenizer.hpp"

namespace weir::http {

class RequestParser {
 public:
  explicit RequestParser(const Limits& limits);

  OrRefusal<RequestHead> parse(ConstBytes head);

 private:
  std::string_view with_slash(std::string_view path);

  Limits limits_;
  Tokenizer tokenizer_;
  std::string path_;  // of a target like "http://host?query", which has none of its own
};

}  // namespace weir::http
