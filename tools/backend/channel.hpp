#pragma once
// Channel: one client's Stream with what every mode of the backend needs around it: input that
// survives a wait, output that the stream would not take, an idle timeout, byte counts.
//
//   const Refill refilled = channel.refill();            // when input() is empty
//   if (refilled == Refill::wait) co_await channel.stream().readable().wait();
//   ... channel.input(), channel.consume(n), channel.out().add(answer) ...
//   channel.flush();
//   if (channel.has_unsent()) co_await channel.drain();
//
// Invariants: before a wait the worker's staging is flushed and the input kept, because other
// connections use the worker's buffers meanwhile. Nothing more is read while output is unsent:
// that is the backpressure, and it bounds what is held to about 100 KiB. The idle timer is moved
// lazily: a request costs it one store.

#include <memory>
#include <span>

#include "backend/kept_input.hpp"
#include "backend/pattern.hpp"
#include "backend/site.hpp"
#include "io/byte_queue.hpp"
#include "io/stream.hpp"
#include "task/task.hpp"

namespace weir::backend {

enum class Refill : std::uint8_t {
  ready,  // input() is not empty
  wait,   // wait for readable(), then try again
  yield,  // this connection has had its turn: co_await yield(), then try again
  over,   // no more will come: the client ended, the connection broke or was idle for too long
};

class Channel : task::Timer {
 public:
  // The worker outlives the channel.
  Channel(Worker& worker, std::unique_ptr<io::Stream> stream);
  ~Channel();

  io::Stream& stream() noexcept { return *stream_; }
  bool broken() const noexcept { return broken_; }  // nothing can be sent any more

  ConstBytes input() const noexcept { return input_; }
  void consume(std::size_t bytes) noexcept { input_ = input_.subspan(bytes); }
  Refill refill();    // input() is empty
  void keep_input();  // before a wait, unless input() is empty

  Staging& out() noexcept { return worker_.staging; }
  void flush();                                  // what is staged: one write
  void write(std::span<const ConstBytes> rest);  // what is staged and at most two pieces more
  bool write_pattern(PatternBody& body);         // false: wait for writable() first
  bool has_unsent() const noexcept { return !unsent_.empty(); }

  task::Task<> drain();     // until nothing is unsent, or it broke
  task::Task<> writable();  // a wait for the stream to take more, or until it broke
  task::Task<> yield();     // gives every other connection of the worker a turn
  task::Task<> pause(Duration duration);
  task::Task<> discard_input();     // until it is over
  task::Task<> close(bool linger);  // ends the connection; with linger, as RFC 9112, 9.6 says
  void reset();

 private:
  void fire() override;  // the idle timer
  io::IoResult write_once(std::span<const ConstBytes> pieces);
  void touch() noexcept { last_activity_ = worker_.world.timers.now(); }

  Worker& worker_;
  std::unique_ptr<io::Stream> stream_;
  io::ByteQueue unsent_;
  KeptInput kept_;
  ConstBytes input_;  // a view of the worker's scratch buffer, or of kept_'s front
  TimePoint last_activity_;
  std::size_t burst_bytes_ = 0;  // moved since this connection last waited
  bool input_is_kept_ = false;
  bool wait_first_ = false;  // the last read was short: the next one would find nothing
  bool broken_ = false;
  bool expired_ = false;  // idle for too long
};

}  // namespace weir::backend
