#pragma once
// Reads whole messages from texts, as a session does from a connection: for tests.
//
//   Request request("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
//   request.status() == 200      request->path == "/"
//
// A status of 200 is "accepted"; 0 is "the head has no end". The views are valid as long as the
// object.

#include <string>
#include <string_view>

#include "http/head_end.hpp"
#include "http/request_parser.hpp"
#include "http/response_parser.hpp"

namespace weir::http::test {

// A request line and a Host, and what else a test wants to say.
inline std::string get_with(std::string_view fields) {
  return "GET / HTTP/1.1\r\nHost: a\r\n" + std::string(fields) + "\r\n";
}

class Request {
 public:
  explicit Request(std::string text, Limits limits = {}) : text_(std::move(text)), parser_(limits) {
    HeadScan scan;
    const HeadEnd end = find_head_end(as_bytes(text_), scan, HeadKind::request, limits);
    if (end.status == HeadEnd::Status::refused) refusal_ = end.refusal;
    if (end.status != HeadEnd::Status::complete) return;
    const auto head = parser_.parse(as_bytes(text_).first(end.size));
    if (!head) refusal_ = head.error();
    if (head) head_ = *head;
    if (head) refusal_ = {200, "accepted"};
  }

  int status() const { return refusal_.status; }
  std::string_view reason() const { return refusal_.reason; }
  const RequestHead* operator->() const { return &head_; }
  const RequestHead& operator*() const { return head_; }

 private:
  std::string text_;
  RequestParser parser_;
  Refusal refusal_{0, "the head has no end"};
  RequestHead head_;
};

class Response {
 public:
  explicit Response(std::string text, Asked asked = {}, Limits limits = {})
      : text_(std::move(text)), parser_(limits) {
    HeadScan scan;
    const HeadEnd end = find_head_end(as_bytes(text_), scan, HeadKind::response, limits);
    if (end.status == HeadEnd::Status::refused) refusal_ = end.refusal;
    if (end.status != HeadEnd::Status::complete) return;
    const auto head = parser_.parse(as_bytes(text_).first(end.size), asked);
    if (!head) refusal_ = head.error();
    if (head) head_ = *head;
    if (head) refusal_ = {200, "accepted"};
  }

  int status() const { return refusal_.status; }
  std::string_view reason() const { return refusal_.reason; }
  const ResponseHead* operator->() const { return &head_; }
  const ResponseHead& operator*() const { return head_; }

 private:
  std::string text_;
  ResponseParser parser_;
  Refusal refusal_{0, "the head has no end"};
  ResponseHead head_;
};

}  // namespace weir::http::test
