#pragma once
// Channel: one model's end of a connection. It sends and receives whole messages, checks every byte
// that it reads, tells the Witness what happened, and has the manners that its scenario gives it:
// reading slowly, sending slowly, breaking off in the middle.
//
//   Channel channel(world, std::move(stream), witness, Way::up, manners);
//   channel.open(witness.open_lane(connection, Way::up, host));
//   const Step sent = co_await channel.send(message, 0, message.size(), deadline);
//   const Step got = co_await channel.receive_header(deadline);
//
// One coroutine at a time sends, one receives. Destroying it closes the connection; after an error
// of its own its owner calls abort() first, so that the peer sees a reset.

#include <memory>

#include "io/world.hpp"
#include "sim/model/message.hpp"
#include "sim/model/witness.hpp"
#include "task/task.hpp"

namespace weir::sim::model {

// Breaking off in the middle. None of it happens before both counts are reached.
struct Trouble {
  enum class How : std::uint8_t { none, reset, end, hang };

  How how = How::none;
  std::uint64_t after_sent = 0;  // bytes of this connection, headers included
  std::uint64_t after_received = 0;
  Ratio share{1, 1};  // of connections that have it
};

struct Manners {
  std::uint64_t read_rate = 0;  // bytes a second; 0: as fast as it can
  std::uint64_t send_rate = 0;
  Duration read_delay{0};  // reads nothing before that
  Trouble trouble{};
};

// How a step of a conversation went. `quit`: this side has misbehaved, as its scenario says.
enum class Step : std::uint8_t { ok, end, reset, timed_out, failed, gave_up, corrupt, quit };

Step step_of(io::IoStatus status) noexcept;
Outcome outcome_of(Step step) noexcept;

// A header and the body that it announces, as one row of bytes.
struct Message {
  Message(const Header& announced, Way way) noexcept
      : header(announced), body(announced.connection, announced.request, way) {}

  std::uint64_t size() const noexcept { return kHeaderBytes + header.body_bytes; }

  Header header;
  Payload body;
};

class Channel {
 public:
  // World and Witness outlive it. `sends` is the way of what this side sends.
  Channel(io::World& world, std::unique_ptr<io::Stream> stream, Witness& witness, Way sends,
          const Manners& manners);
  ~Channel();
  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;

  void open(Lane& lane) noexcept { out_ = &lane; }  // what it sends is of this lane
  bool is_open() const noexcept { return out_ != nullptr; }

  // Sends the bytes [from, to) of the message. The message is copied into the Task.
  task::Task<Step> send(Message message, std::uint64_t from, std::uint64_t to, TimePoint deadline);

  // The next header; then header() is it. `end`: an end where a message could have begun.
  task::Task<Step> receive_header(TimePoint deadline);
  const Header& header() const noexcept { return header_; }

  // Some bytes of the body whose byte `from` comes next, at most up to `to`; got() says how many.
  task::Task<Step> receive_some(Payload body, std::uint64_t from, std::uint64_t to,
                                TimePoint deadline);
  task::Task<Step> receive_body(Payload body, std::uint64_t bytes, TimePoint deadline);
  std::uint64_t got() const noexcept { return got_; }

  // `ok` when the end comes next, and nothing before it.
  task::Task<Step> receive_end(TimePoint deadline);
  task::Task<Step> discard(TimePoint deadline);  // reads and forgets all up to the end, or failure

  void end_sending();               // half-close; idempotent
  void abort();                     // reset; idempotent
  void corrupt(std::string story);  // tells the Witness

  void keep_checksum() noexcept { keeps_checksum_ = true; }  // from now on, of bodies received
  const Checksum& checksum() const noexcept { return checksum_; }

 private:
  struct Read {
    Step step;
    MutableBytes bytes;  // in the scratch buffer: valid until the next wait
  };

  task::Task<Read> read(std::size_t bytes_max, TimePoint deadline);
  task::Task<Step> wait_until(TimePoint when, TimePoint deadline);
  task::Task<Step> misbehave(TimePoint deadline);
  io::IoResult write_some(const Message& message, std::uint64_t from, std::uint64_t to);
  bool trouble_is_due() const noexcept;
  std::size_t before_trouble(std::uint64_t so_far, std::uint64_t limit, std::size_t bytes) const;
  void note_sent(std::size_t bytes);
  void note_received(std::size_t bytes);
  Step note_failure(io::IoStatus status);
  Step claim();

  io::World& world_;
  Witness& witness_;
  Manners manners_;
  Way sends_;
  bool gone_ = false;  // reset by either side, or failed
  bool hangs_ = false;
  bool ended_ = false;  // its own direction
  bool end_read_ = false;
  bool discards_ = false;
  bool keeps_checksum_ = false;
  Lane* out_ = nullptr;  // null until open()
  Lane* in_ = nullptr;   // null until the first header said which
  std::uint64_t sent_ = 0;
  std::uint64_t received_ = 0;
  std::uint64_t got_ = 0;
  TimePoint next_read_;
  TimePoint next_send_;
  Header header_;
  HeaderBytes header_in_{};
  Checksum checksum_;
  std::unique_ptr<io::Stream> stream_;
};

}  // namespace weir::sim::model
