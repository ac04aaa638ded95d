#pragma once
// TcpStream: io::Stream over a TCP socket of the kernel.
//
// Registered with the Poller for reading, and for writing when that is first waited for. A read
// that got less than it asked for has emptied the socket (epoll(7)), so that the usual request
// costs one recv and no failing one; unless the peer has ended or failed, or has sent urgent data,
// at which every read of the kernel stops.

#include <atomic>
#include <cstdint>
#include <memory>

#include <sys/types.h>

#include "io/stream.hpp"
#include "real/readiness.hpp"
#include "real/socket_context.hpp"

namespace weir::real {

class TcpStream final : public io::Stream, Poller::Watch {
 public:
  enum class Socket : std::uint8_t { connected, connecting };

  // Takes over a non-blocking socket. `open_streams`, when given, counts this stream already and is
  // decremented when it is destroyed.
  TcpStream(int socket, Socket state, const Endpoint& peer, SocketContext& context,
            std::atomic<std::int32_t>* open_streams = nullptr);
  ~TcpStream() override;

  io::IoResult try_read(MutableBytes into) override;
  io::IoResult try_write(std::span<const ConstBytes> pieces) override;
  task::Event& readable() override { return readable_.event(); }
  task::Event& writable() override;
  task::Event& broken() override;
  std::size_t unacknowledged() const override;
  void shutdown_write() override;
  void abort() override;
  std::unique_ptr<io::Splice> splice_to(io::Stream& to) override;
  Endpoint local() const override;
  Endpoint peer() const override { return peer_; }

  // The errno with which the Poller refused it, or 0: such a stream has failed from the beginning.
  int registration_failure() const noexcept { return registration_failure_; }

  // For TcpSplice: as try_read and try_write, from or to a pipe that is not empty.
  io::IoResult splice_into(int pipe);
  io::IoResult splice_from(int pipe, std::size_t bytes);

 private:
  io::IoResult finish_read(ssize_t got);
  io::IoResult finish_write(ssize_t sent);
  void on_ready(const Poller::Edges& edges) override;
  void fail(io::IoStatus how);
  void learn_of_failure();
  bool is_cut_off() const noexcept;
  bool has_bytes() const;

  SocketContext& context_;
  Readiness readable_;
  Readiness writable_;
  int socket_;  // -1 once aborted
  int registration_failure_ = 0;
  bool watches_writing_;
  Endpoint peer_;
  io::IoStatus failure_ = io::IoStatus::ok;  // how the connection failed; stays so
  io::IoStatus read_as_ = io::IoStatus::ok;  // what reads say, once nothing more can be read
  bool ended_ = false;                       // the peer's end has arrived, read or not
  bool told_of_failure_ = false;             // by the Poller; the kernel still knows how
  bool urgent_ = false;                      // urgent data has arrived, and may again
  bool wrote_end_ = false;
  std::unique_ptr<task::Event> broken_;  // made when first asked for: few are
  std::atomic<std::int32_t>* open_streams_;
};

}  // namespace weir::real
