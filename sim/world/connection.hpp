#pragma once
// Connection: a simulated TCP connection: two Ends, the hosts' kernels' view of it, and two Flows,
// one from each end. End and flow 0 are of the side that connects; flow i carries what end i sends.
//
// It is a state machine that programs (SimStream, SimListener, ConnectAttempt) and arriving
// segments drive; it waits for nothing itself. It destroys itself in settle(), when both ends are
// closed and nothing holds them: so settle() is the last thing that its callers do with it.

#include <cstdint>
#include <span>

#include "base/bytes.hpp"
#include "base/intrusive_list.hpp"
#include "sim/world/end.hpp"
#include "sim/world/flow.hpp"
#include "sim/world/kernel.hpp"

namespace weir::sim::internal {

class Fabric;

class Connection final : public ListHook {
 public:
  static constexpr int kSynRetriesMax = 6;  // Linux: tcp_syn_retries; 127 s in all
  static constexpr Duration kFirstSynRetry = std::chrono::seconds(1);
  static constexpr Duration kHandshakeMax = std::chrono::seconds(63);  // Linux: tcp_synack_retries
  static constexpr Duration kGiveUpAfter = std::chrono::minutes(15);   // Linux: tcp_retries2
  static constexpr Duration kFinWait = std::chrono::seconds(60);       // Linux: tcp_fin_timeout

  struct Side {
    Sockets& host;
    Endpoint address;
  };
  Connection(Fabric& fabric, std::uint64_t number, const Side& client, const Side& server);

  Kernel& kernel() noexcept { return kernel_; }
  std::uint64_t number() const noexcept { return number_; }
  End& end(unsigned index) noexcept { return ends_[index]; }
  Flow& flow(unsigned index) noexcept { return flows_[index]; }
  void record(EventKind kind, std::uint64_t size) noexcept { kernel_.record(kind, number_, size); }

  // The handshake (handshake.cpp). The attempt stays in the end until it fetched its stream.
  void connect(ConnectAttempt& attempt);
  void accepted() noexcept;  // the listener hands end 1 to its program

  // What a Stream does with its end.
  io::IoResult read(unsigned side, MutableBytes into);
  io::IoResult write(unsigned side, std::span<const ConstBytes> pieces);
  bool can_read(unsigned side) noexcept;
  bool can_write(unsigned side) noexcept;
  bool is_cut_off(unsigned side) noexcept;  // it failed before the peer's end had arrived
  void shutdown_write(unsigned side);

  // Ends of an end. None keeps what held it (stream, attempt, listener): they let go first.
  void close(unsigned side);   // as the kernel closes a socket: the rest and FIN, or RST
  void abort(unsigned side);   // RST
  void vanish(unsigned side);  // without a word: its host lost power
  void reset_unaccepted();     // the listener goes, and with it what was in its backlog
  void settle();               // destroys this when nobody knows of it any more
  bool reset_by_middlebox();   // false when it is not established

  // For Flow.
  void arrived(unsigned from, const Segment& segment);
  void has_room(unsigned side);
  Patience patience(unsigned side) noexcept;
  Duration length_of(Patience patience) const noexcept;
  void lost_patience(unsigned side, Patience with);

 private:
  void send_syn();
  void syn_arrived();
  void syn_ack_arrived();
  void ack_arrived();
  void data_arrived(unsigned from, const Segment& segment);
  void reset_arrived(unsigned side);
  void answer_with_reset(unsigned side);
  void finish_orphan(unsigned side);
  void fail(unsigned side, io::IoStatus failure);
  void to_closed(unsigned side);
  bool is_over() const noexcept;  // both directions have ended, in peace

  Fabric& fabric_;
  Kernel& kernel_;
  const std::uint64_t number_;
  int syn_retries_ = 0;
  bool client_ended_first_ = false;
  End ends_[2];
  Flow flows_[2];
};

}  // namespace weir::sim::internal
