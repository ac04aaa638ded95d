#include "transport/party.hpp"

#include <algorithm>
#include <vector>

#include "base/assert.hpp"
#include "io/stream_ops.hpp"

namespace weir::transport {

using io::IoResult;
using io::IoStatus;
using task::Task;
using namespace std::chrono_literals;

namespace {

constexpr std::size_t kChunkBytes = 64 * 1024;
constexpr std::size_t kPeriod = 251;  // of a bulk's values: no shift by a power of two fits it

// A chunk of a bulk transfer from this position on.
ConstBytes bulk_from(std::size_t position, std::size_t bytes) {
  static const std::vector<std::byte> values = bulk(kChunkBytes + kPeriod);
  return ConstBytes(values).subspan(position % kPeriod, std::min(bytes, kChunkBytes));
}

std::string quoted(std::string_view text) { return "'" + std::string(text) + "'"; }

std::string describe(const IoResult& result, ConstBytes bytes) {
  if (result.status != IoStatus::ok) return std::string(to_string(result.status));
  return quoted(as_text(bytes.first(result.bytes)));
}

}  // namespace

std::vector<std::byte> bulk(std::size_t bytes) {
  std::vector<std::byte> values(bytes);
  for (std::size_t i = 0; i < bytes; ++i) values[i] = static_cast<std::byte>(i % kPeriod);
  return values;
}

Task<> Party::reads() {
  const MutableBytes into = bench_.client().buffers.scratch();
  task::Timers& timers = bench_.client().timers;
  const IoResult got = co_await io::read_some(*stream, into, timers, bench_.deadline());
  notes("reads " + describe(got, into));
}

Task<> Party::reads(std::size_t bytes) {
  std::string text(bytes, '?');
  const MutableBytes into = std::as_writable_bytes(std::span(text));
  task::Timers& timers = bench_.client().timers;
  const IoResult got = co_await io::read_exactly(*stream, into, timers, bench_.deadline());
  text.resize(got.bytes);
  const bool all = got.status == IoStatus::ok;
  notes("reads " + quoted(text) + (all ? "" : ", then " + std::string(to_string(got.status))));
}

Task<> Party::reads_to_end() {
  std::string text;
  IoResult got;
  while (got.status == IoStatus::ok) {
    const MutableBytes into = bench_.client().buffers.scratch();
    task::Timers& timers = bench_.client().timers;
    got = co_await io::read_some(*stream, into, timers, bench_.deadline());
    if (got.status == IoStatus::ok) text += as_text(into.first(got.bytes));
  }
  notes("reads " + quoted(text) + ", then " + std::string(to_string(got.status)));
}

void Party::tries_to_read() {
  const MutableBytes into = bench_.client().buffers.scratch();
  const IoResult got = stream->try_read(into);
  notes("tries to read: " + describe(got, into));
}

Task<> Party::writes(std::string_view text) {
  const ConstBytes bytes = as_bytes(text);
  task::Timers& timers = bench_.client().timers;
  const IoStatus sent = co_await io::write_all(*stream, bytes, timers, bench_.deadline());
  const std::string failure = sent == IoStatus::ok ? "" : ": " + std::string(to_string(sent));
  notes("writes " + quoted(text) + failure);
}

void Party::tries_to_write(std::string_view text) {
  const ConstBytes bytes = as_bytes(text);
  const IoResult sent = stream->try_write(std::span(&bytes, 1));
  const bool some = sent.status == IoStatus::ok && sent.bytes < bytes.size();
  notes("tries to write " + quoted(text) + ": " +
        (some ? "some of it" : std::string(to_string(sent.status))));
}

// The pause only keeps it from spinning; what ends it is what it waits for.
Task<> Party::writes_until_it_fails() {
  constexpr Duration kPause = 200us;
  io::World& world = bench_.client();
  const TimePoint deadline = bench_.deadline();
  for (;;) {
    const ConstBytes bytes = as_bytes("x");
    const IoResult sent = stream->try_write(std::span(&bytes, 1));
    const bool goes_on = sent.status == IoStatus::ok || sent.status == IoStatus::would_block;
    if (!goes_on || world.timers.now() >= deadline) {
      notes("writes until " + std::string(to_string(sent.status)));
      co_return;
    }
    co_await task::sleep_until(world.run_queue, world.timers, world.timers.now() + kPause);
  }
}

void Party::says(std::string_view text) {
  const ConstBytes bytes = as_bytes(text);
  const IoResult sent = stream->try_write(std::span(&bytes, 1));
  if (sent.bytes != bytes.size()) notes("cannot say " + quoted(text));
}

Task<std::string> Party::hears(std::size_t bytes) {
  std::string text(bytes, '?');
  const MutableBytes into = std::as_writable_bytes(std::span(text));
  task::Timers& timers = bench_.client().timers;
  const IoResult got = co_await io::read_exactly(*stream, into, timers, bench_.deadline());
  text.resize(got.bytes);
  co_return text;
}

// Full is a stream that takes nothing more after all that it took has gone as far as it could.
Task<> Party::fills() {
  IoStatus status = IoStatus::ok;
  for (std::size_t before = bulk_written_ + 1; before != bulk_written_;) {
    before = bulk_written_;
    status = write_until_blocked();
    co_await bench_.round_trip();
  }
  notes("writes until " + std::string(to_string(status)));
}

IoStatus Party::write_until_blocked() {
  IoResult sent;
  while (sent.status == IoStatus::ok) {
    const ConstBytes bytes = bulk_from(bulk_written_, kChunkBytes);
    sent = stream->try_write(std::span(&bytes, 1));
    bulk_written_ += sent.bytes;
  }
  return sent.status;
}

void Party::overfills() {
  ASSERT(bulk_written_ == 0, "a bulk begins at its beginning");
  constexpr std::size_t kMuch = 64 * 1024 * 1024;
  const std::vector<std::byte> values = bulk(kMuch);
  const ConstBytes bytes(values);
  const IoResult sent = stream->try_write(std::span(&bytes, 1));
  bulk_written_ += sent.bytes;
  const bool some = sent.status == IoStatus::ok && sent.bytes > 0 && sent.bytes < kMuch;
  notes(some ? "writes some of 64 MiB" : "writes wrongly");
}

Task<> Party::writes_bulk(std::size_t bytes) {
  const IoStatus sent = co_await push_bulk(bytes);
  const std::string failure = sent == IoStatus::ok ? "" : ": " + std::string(to_string(sent));
  notes("writes " + std::to_string(bytes) + " bytes" + failure);
}

Task<IoStatus> Party::push_bulk(std::size_t bytes) {
  const std::size_t end = bulk_written_ + bytes;
  IoStatus sent = IoStatus::ok;
  while (bulk_written_ < end && sent == IoStatus::ok) {
    const ConstBytes chunk = bulk_from(bulk_written_, end - bulk_written_);
    sent = co_await io::write_all(*stream, chunk, bench_.client().timers, bench_.deadline());
    bulk_written_ += chunk.size();
  }
  co_return sent;
}

Task<IoResult> Party::read_and_check(std::size_t bytes_max) {
  const MutableBytes into = bench_.client().buffers.scratch();
  const MutableBytes room = into.first(std::min(bytes_max, into.size()));
  task::Timers& timers = bench_.client().timers;
  const IoResult got = co_await io::read_some(*stream, room, timers, bench_.deadline());
  const ConstBytes expected = bulk_from(bulk_read_, got.bytes);
  if (!std::ranges::equal(expected, room.first(got.bytes))) notes("reads wrong bytes");
  bulk_read_ += got.bytes;
  co_return got;
}

Task<> Party::reads_bulk(std::size_t bytes) {
  const IoStatus status = co_await pull_bulk(bytes);
  notes(status == IoStatus::ok ? "reads " + std::to_string(bytes) + " right bytes"
                               : "reads too little, then " + std::string(to_string(status)));
}

Task<IoStatus> Party::pull_bulk(std::size_t bytes) {
  const std::size_t end = bulk_read_ + bytes;
  IoResult got;
  while (bulk_read_ < end && got.status == IoStatus::ok) {
    got = co_await read_and_check(end - bulk_read_);
  }
  co_return got.status;
}

Task<> Party::reads_bulk_to_end(const Party& writer) {
  IoResult got;
  while (got.status == IoStatus::ok) got = co_await read_and_check(kChunkBytes);
  const bool all = bulk_read_ == writer.bulk_written_;
  notes(std::string("reads ") + (all ? "all" : "some") + " right bytes, then " +
        std::string(to_string(got.status)));
}

Task<> Party::becomes_readable() {
  const TimePoint deadline = bench_.deadline();
  const auto wakeup = co_await stream->readable().wait_until(bench_.client().timers, deadline);
  notes(wakeup == task::Wakeup::signalled ? "is readable" : "is not readable in time");
}

Task<> Party::becomes_writable() {
  const TimePoint deadline = bench_.deadline();
  const auto wakeup = co_await stream->writable().wait_until(bench_.client().timers, deadline);
  notes(wakeup == task::Wakeup::signalled ? "is writable" : "is not writable in time");
}

Task<> Party::becomes_broken() {
  const TimePoint deadline = bench_.deadline();
  const auto wakeup = co_await stream->broken().wait_until(bench_.client().timers, deadline);
  notes(wakeup == task::Wakeup::signalled ? "is broken" : "is not broken in time");
}

Task<> Party::stays_whole() {
  task::Timers& timers = bench_.client().timers;
  const TimePoint soon = timers.now() + 2ms;
  const auto wakeup = co_await stream->broken().wait_until(timers, soon);
  notes(wakeup == task::Wakeup::signalled ? "is broken" : "is not broken");
}

void Party::ends() {
  stream->shutdown_write();
  notes("ends");
}

void Party::aborts() {
  stream->abort();
  notes("aborts");
}

void Party::closes() {
  stream = nullptr;
  notes("closes");
}

void Party::notes(std::string_view what) { bench_.log(name_ + " " + std::string(what)); }

}  // namespace weir::transport
