#pragma once
// BodyDecoder: finds the bytes of one body in the bytes of a connection, and where it ends.
//
//   BodyDecoder decoder(head.body, limits);
//   while (!done) {
//     const BodyDecoder::Step step = decoder.next(input);
//     forward(step.data);  input = input.subspan(step.consumed);
//     ... step.status ...
//   }
//   on end of stream: decoder.end_of_input()
//
// - It consumes nothing behind the body, and any split of the input gives the same body.
// - `data` lies within the input and is the largest piece there is. With status `more` and no data,
//   all of the input was consumed.
// - Chunk extensions are bounded and dropped. Trailers are bounded and checked like fields; those
//   that may not be trailers (RFC 9110, 6.5.1: all that field.hpp names) are dropped, and those
//   that speak of framing refuse the message. What is left is kept for append_last_chunk().
// Strictly RFC 9112, 7.1, without the leniencies that recipients differ in.

#include <cstdint>
#include <string>
#include <string_view>

#include "base/bytes.hpp"
#include "http/head.hpp"
#include "http/limits.hpp"
#include "http/refusal.hpp"

namespace weir::http {

class BodyDecoder {
 public:
  enum class Status : std::uint8_t { more, complete, invalid };

  struct Step {
    std::size_t consumed = 0;
    ConstBytes data = {};  // comes with any status
    Status status = Status::more;
    Refusal refusal = {};  // when invalid, with the status for a bad request
  };

  BodyDecoder() = default;  // of a message without a body: complete
  BodyDecoder(const Body& body, const Limits& limits) noexcept;

  // After `complete` or `invalid` it consumes nothing and says the same again.
  Step next(ConstBytes input);

  // The connection ended. `complete` if that is how this body ends, or it was complete already;
  // `invalid` if bytes are missing.
  Status end_of_input() noexcept;

  bool complete() const noexcept { return state_ == State::complete; }

  // The trailer lines to forward that are complete, each with its CRLF; valid until next().
  std::string_view trailers() const noexcept {
    return std::string_view(trailers_).substr(0, line_start_);
  }

 private:
  enum class State : std::uint8_t {
    complete,
    invalid,
    length,
    until_close,
    size_start,  // before the first digit of a chunk's size
    size,        // behind at least one digit
    extension,   // behind ';'
    size_lf,     // behind the CR of a size line
    data,        // left_ bytes of this chunk are missing
    data_cr,     // behind the data
    data_lf,
    trailer_start,  // at the beginning of a line
    trailer,        // within a line
    trailer_lf,     // behind its CR
    last_lf,        // behind the CR of the empty line
  };

  Step refused_step(std::size_t consumed) const noexcept;
  Step take(ConstBytes input, std::size_t skipped);
  std::size_t read_framing(std::string_view text);
  void read_byte(char byte);
  void read_size(char byte);
  void read_trailer(char byte);
  void end_size_line();
  void end_trailer_line();
  void expect(char byte, char wanted, State next, std::string_view problem);
  void refuse(std::uint16_t status, std::string_view reason) noexcept;

  State state_ = State::complete;
  std::uint8_t digits_ = 0;  // of the size that is being read
  std::uint32_t extensions_left_ = 0;
  std::uint32_t trailers_left_ = 0;
  std::uint32_t line_start_ = 0;  // in trailers_, of the line that is being read
  std::uint64_t left_ = 0;        // of the chunk, or of the body
  std::uint64_t allowed_ = 0;     // by body_bytes_max, of the chunks to come
  Refusal refusal_;
  std::string trailers_;  // those lines, and what there is of the next one
};

}  // namespace weir::http
