#pragma once
// Tokenizer: llhttp, held so that a complete head becomes a list of fields. For the two parsers.
//
//   Tokenizer tokenizer(HeadKind::request, limits);
//   if (!tokenizer.run(head)) ... tokenizer.refusal() ...     for (const Field& f :
//   tokenizer.fields())
//
// It is the only place that knows llhttp, and takes nothing else from it than where tokens begin
// and end: framing and versions are decided by our own rules, which are stricter.

#include <span>
#include <vector>

#include <llhttp.h>

#include "base/bytes.hpp"
#include "http/field.hpp"
#include "http/head_end.hpp"

namespace weir::http {

class Tokenizer {
 public:
  Tokenizer(HeadKind kind, const Limits& limits);

  // False when llhttp refuses the head, or does not find its end exactly at the last byte.
  bool run(std::string_view head);

  std::span<const Field> fields() const noexcept { return {fields_.data(), count_}; }

  // Of a run that failed.
  Refusal refusal() const noexcept { return refusal_; }

 private:
  struct Callbacks;
  bool identify() noexcept;

  HeadKind kind_;
  llhttp_t llhttp_;
  std::vector<Field> fields_;  // as many as the limits allow, from the beginning
  std::size_t count_ = 0;
  bool complete_ = false;
  Refusal refusal_;
};

}  // namespace weir::http
