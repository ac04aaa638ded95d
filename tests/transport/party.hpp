#pragma once
// Party: one end of a connection in a script, "client" or "server", that logs what it does and
// what comes of it. Words that wait are coroutines; each gives up at the Bench's far deadline and
// then logs "timed out".
//
//   co_await client.writes("hello");      client writes 'hello'
//   co_await server.reads(5);             server reads 'hello'
//   client.ends();                        client ends
//   co_await server.reads();              server reads end
//
// The Bench and the Party outlive every Task of theirs.

#include <memory>
#include <string>
#include <string_view>

#include "transport/bench.hpp"

namespace weir::transport {

class Party {
 public:
  Party(Bench& bench, std::string name) : bench_(bench), name_(std::move(name)) {}

  std::unique_ptr<io::Stream> stream;  // null before it is connected and once it closed

  // Reading. One read, whatever comes: "reads 'abc'", "reads end", "reads reset".
  task::Task<> reads();
  task::Task<> reads(std::size_t bytes);  // exactly so many: "reads 'abc'", or what came instead
  task::Task<> reads_to_end();            // all, and what came then: "reads 'abc', then end"
  void tries_to_read();                   // without waiting

  // Writing, all of it: "writes 'abc'", or "writes 'abc': reset".
  task::Task<> writes(std::string_view text);
  void tries_to_write(std::string_view text);  // without waiting
  // Writes bytes, now and then, until that fails: "writes until reset". How many it could write
  // before is a matter of luck.
  task::Task<> writes_until_it_fails();

  // Without a word: writes what is short enough for every buffer; reads exactly so many bytes, or
  // what came before something else did.
  void says(std::string_view text);
  task::Task<std::string> hears(std::size_t bytes);

  // Bulk: bytes whose values are known by their position, so that a reader can check each.
  task::Task<> fills();                                   // "writes until would block", for good
  void overfills();                                       // "writes some of 64 MiB", at once
  task::Task<> writes_bulk(std::size_t bytes);            // "writes 1000 bytes"
  task::Task<> reads_bulk(std::size_t bytes);             // "reads 1000 right bytes"
  task::Task<> reads_bulk_to_end(const Party& writer);    // "reads all right bytes, then end"
  task::Task<io::IoStatus> push_bulk(std::size_t bytes);  // without a word
  task::Task<io::IoStatus> pull_bulk(std::size_t bytes);  // without a word, if the bytes are right
  std::size_t bulk_written() const noexcept { return bulk_written_; }
  std::size_t bulk_read() const noexcept { return bulk_read_; }

  // Waiting: "is readable", "is writable", "is broken".
  task::Task<> becomes_readable();
  task::Task<> becomes_writable();
  task::Task<> becomes_broken();
  task::Task<> stays_whole();  // for a moment: "is not broken"

  // Ending.
  void ends();    // shutdown_write(): "ends"
  void aborts();  // "aborts"
  void closes();  // destroys the stream: "closes"

  void notes(std::string_view what);  // "client <what>"

 private:
  io::IoStatus write_until_blocked();
  task::Task<io::IoResult> read_and_check(std::size_t bytes_max);

  Bench& bench_;
  const std::string name_;
  std::size_t bulk_written_ = 0;
  std::size_t bulk_read_ = 0;
};

// The first bytes of a bulk.
std::vector<std::byte> bulk(std::size_t bytes);

}  // namespace weir::transport
