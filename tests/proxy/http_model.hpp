#pragma once
// What property tests of the HTTP proxy play clients and backends with: a Wire moves bytes in steps
// of any size, take_message() says what a strict recipient understands of what has come.
//
//   Wire wire(stream);   wire.outbox += get("/a");
//   while (wire.pump(7)) driver.settle();
//   if (auto message = take_answer(wire.inbox, "GET", wire.ended)) ...

#include <optional>
#include <string>

#include "http/head.hpp"
#include "io/stream.hpp"

namespace weir::test {

struct Wire {
  explicit Wire(io::Stream& to) : stream(to) {}

  // Writes and reads up to so many bytes. False: nothing moved.
  bool pump(std::size_t bytes_max);

  io::Stream& stream;
  std::string inbox;
  std::string outbox;
  bool ended = false;   // cleanly
  bool broken = false;  // reset
};

struct Message {
  std::string head;
  std::string method;  // of a request
  std::string path;
  std::uint16_t status = 0;  // of an answer
  std::string body;
};

enum class Reading { incomplete, complete, invalid };

// Takes the first message off `bytes` when it is complete.
Reading take_request(std::string& bytes, Message& message);

// The same for an answer, behind the interim ones before it; `ended`: nothing follows `bytes`.
Reading take_answer(std::string& bytes, const std::string& method, bool ended, Message& message);

}  // namespace weir::test
