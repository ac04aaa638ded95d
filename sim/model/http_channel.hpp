#pragma once
// HttpChannel: one model's end of an HTTP connection: whole messages out, parts of messages in.
//
//   HttpChannel channel(world, std::move(stream), HttpRole::response, manners);
//   const Step sent = co_await channel.send(message, deadline);      // an HttpMessage, copied
//   const Step got = co_await channel.receive(deadline);             // ok: part() says what
//   if (got == Step::ok && channel.part() == HttpPart::head) ... channel.head() ...
//
// A receive() gives `ok` with a head, some body or the end of a message; `end` where the stream
// ended between messages; `corrupt` for what is malformed (story() says why); was_cut() when that
// was only an end too early. Views are valid until the next wait; after some body, receive() again
// before anything else waits. One coroutine at a time sends, one receives.

#include <string>

#include "sim/model/http_decoder.hpp"
#include "sim/model/wire.hpp"

namespace weir::sim::model {

// A head as text, and the body that follows it.
struct HttpMessage {
  std::string head;  // with its empty line
  Payload body{0, 0, Way::up};
  std::uint64_t body_bytes = 0;
  bool chunked = false;
  bool whole = true;                     // false: no last chunk
  std::string tail;                      // after the message, in the same write as its last bytes
  std::uint64_t bytes_max = UINT64_MAX;  // sends no more than this of all that
};

class HttpChannel {
 public:
  // The World outlives it.
  HttpChannel(io::World& world, std::unique_ptr<io::Stream> stream, HttpRole receives,
              const Manners& manners)
      : decoder_(receives), wire_(world, std::move(stream), manners) {}

  task::Task<Step> send(HttpMessage message, TimePoint deadline);
  task::Task<Step> receive(TimePoint deadline);

  HttpPart part() const noexcept { return part_; }
  const HttpHead& head() const noexcept { return decoder_.head(); }
  ConstBytes body() const noexcept { return decoder_.body(); }
  const std::string& story() const noexcept { return decoder_.story(); }
  bool was_cut() const noexcept { return was_cut_; }
  // Bytes of a next message have come already.
  bool has_unread() const noexcept { return !unread_.empty(); }

  void answers_head(bool yes) noexcept { decoder_.answers_head(yes); }
  void end_sending() { wire_.end_writing(); }
  void abort() { wire_.abort(); }

 private:
  void keep_unread();

  HttpDecoder decoder_;
  HttpPart part_ = HttpPart::more;
  bool was_cut_ = false;
  ConstBytes unread_;  // in the scratch buffer while it is decoded, else in kept_
  std::string kept_;
  Wire wire_;
};

}  // namespace weir::sim::model
